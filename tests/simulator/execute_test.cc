// simulator/core against the naive machine, after every single instruction of random programs; and each lane primitive
// on its corners.
#include "simulator/core/execute.h"

#include <catch2/catch.hpp>
#include <set>

#include "tests/simulator/naive_machine.h"
#include "tests/support/random_program.h"

using namespace atl;
using simulator::MachineState;
using simulator::NaiveMachine;

namespace {

bool same(const MachineState& state, const NaiveMachine& naive) {
  const auto equal = [](std::span<const uint8_t> a, const Bytes& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
  };
  if (!equal(state.offchip.all(), naive.offchip)) return false;
  for (size_t t = 0; t < naive.tiles.size(); ++t) {
    const auto& tile = naive.tiles[t];
    if (!equal(state.tiles[t].sram.all(), tile.sram) || state.tiles[t].weights.size() != tile.weights.size())
      return false;
    const auto* sums = reinterpret_cast<const int32_t*>(state.tiles[t].accumulators.all().data());
    for (const std::vector<int32_t>& row : tile.accumulators) {
      if (!std::equal(row.begin(), row.end(), sums)) return false;
      sums += row.size();
    }
  }
  return true;
}

void put_inputs(const isa::Program& program, const std::vector<Bytes>& inputs, MachineState& state,
                NaiveMachine& naive) {
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].empty()) continue;
    std::memcpy(state.offchip.at(program.inputs[i].offchip, inputs[i].size()), inputs[i].data(), inputs[i].size());
    std::copy(inputs[i].begin(), inputs[i].end(),
              naive.offchip.begin() + static_cast<int64_t>(program.inputs[i].offchip));
  }
}

// A machine with 64 KiB of SRAM that starts with these bytes, in both forms, and one vector instruction on it.
void compare_vector(const isa::Vector& op, const std::vector<isa::LaneProgram>& lane_programs, const Bytes& content) {
  isa::Machine machine;
  machine.rows = machine.columns = 1;
  machine.accumulator_rows = 2;
  machine.sram_bytes = 1 << 16;
  isa::Program program;
  program.lane_programs = lane_programs;
  Result<MachineState> state = MachineState::create(machine, 0, {});
  REQUIRE(state.ok());
  std::memcpy(state->tiles[0].sram.at(0, content.size()), content.data(), content.size());
  NaiveMachine naive(machine, program);
  std::copy(content.begin(), content.end(), naive.tiles[0].sram.begin());
  simulator::execute(*state, op, program.lane_programs);
  naive.execute(op);
  REQUIRE(same(*state, naive));
}

// In int32, as many outputs as there are pairs or triples of operands in the table at address 0.
isa::Vector all_combinations(uint32_t operands, bool triples) {
  isa::Vector op;
  op.n0 = 1;
  op.n1 = triples ? 8 : operands;  // of the first source; all would not fit
  op.n2 = operands;
  op.n3 = triples ? operands : 1;
  op.k0 = op.k1 = op.k2 = 1;
  op.inputs = 3;
  op.in0_type = op.in1_type = op.in2_type = op.out_type = static_cast<uint8_t>(isa::LaneType::kInt32);
  op.in0_s1 = op.in1_s2 = op.in2_s3 = 4;
  op.out = 1000;
  op.out_s3 = 4;
  op.out_s2 = static_cast<int32_t>(4 * op.n3);
  op.out_s1 = static_cast<int32_t>(op.n2) * op.out_s2;
  op.table0 = 40'000;
  op.table1 = 42'000;
  return op;
}

}  // namespace

TEST_CASE("instructions do what their text says") {
  std::set<std::string_view> seen;
  for (uint32_t seed = 0; seed < 600; ++seed) {
    test::Draw draw(seed + 2'000'000);
    const isa::Machine machine = test::random_machine(draw, seed % 3 == 0);
    const isa::Program program = test::random_program(draw, machine, 40);
    Result<MachineState> state = MachineState::create(machine, program.offchip_bytes, program.constants);
    REQUIRE(state.ok());
    NaiveMachine naive(machine, program);
    put_inputs(program, test::random_inputs(draw, program), *state, naive);
    for (size_t i = 0; i < program.main.size(); ++i) {
      const isa::Operation& operation = program.main[i].operation;
      INFO("seed " << seed << ", instruction " << i << " " << isa::mnemonic_of(operation));
      seen.insert(isa::mnemonic_of(operation));
      simulator::execute(*state, operation, program.lane_programs);
      naive.execute(operation);
      REQUIRE(same(*state, naive));
    }
  }
  CHECK(seen == std::set<std::string_view>{"halt", "barrier", "tile_window", "dma_load", "dma_store", "load_weights",
                                           "matmul", "requantize", "vector", "depthwise"});
}

TEST_CASE("pairs of accumulators on the corners of sums, biases and multipliers") {
  const std::vector<int32_t> sums = {0,    1,       -1,         127,       -128,     255,       256,       -256,
                                     4095, 1 << 20, -(1 << 20), 0x7654321, -9999999, INT32_MAX, INT32_MIN, 8388607};
  const std::vector<int64_t> biases = {0,
                                       1,
                                       -1,
                                       12345,
                                       -(int64_t{1} << 31),
                                       (int64_t{1} << 47) - 1,
                                       -(int64_t{1} << 47),
                                       INT64_MAX,
                                       INT64_MIN,
                                       int64_t{1} << 40};
  const std::vector<int32_t> multipliers = {0,          1,         1 << 30,    0x40007FFF, 0x40008000, 0x7FFEFFFF,
                                            0x7FFF0000, INT32_MAX, -(1 << 30), INT32_MIN,  1518500250};
  const std::vector<double> factors = {0, 0.5, 1, -0.25, 1e-5, 3.0517578125e-5, 1.75e300, -1e-300};
  isa::Machine machine;
  machine.rows = 1;
  machine.columns = static_cast<int32_t>(sums.size());
  machine.accumulator_rows = static_cast<int32_t>(2 * sums.size());
  machine.sram_bytes = 1 << 14;
  isa::Requantize op;
  op.columns = static_cast<uint16_t>(sums.size());
  op.height = 2;
  op.width = static_cast<uint16_t>(sums.size() / 2);
  op.sram = 4096;
  op.pixel_stride = 2u * op.columns;
  op.row_stride = op.pixel_stride * op.width;
  test::Draw draw(16);
  for (int round = 0; round < 1500; ++round) {
    op.mode = static_cast<uint8_t>(draw.between(2, 5));
    op.zero_point = static_cast<int16_t>(draw.chance(50) ? 0 : draw.between(-32768, 32767));
    op.minimum = static_cast<int16_t>(draw.chance(50) ? -32768 : draw.between(-32768, 0));
    op.maximum = static_cast<int16_t>(draw.chance(50) ? 32767 : draw.between(0, 32767));
    Result<MachineState> state = MachineState::create(machine, 0, {});
    REQUIRE(state.ok());
    isa::Program program;
    NaiveMachine naive(machine, program);
    const auto pick = [&](const auto& values) { return values[size_t(draw.between(0, int64_t(values.size()) - 1))]; };
    Bytes parameters;
    for (size_t j = 0; j < op.columns; ++j) {
      const int64_t bias = draw.chance(50) ? pick(biases) : draw.between(-(int64_t{1} << 40), int64_t{1} << 40);
      const int32_t multiplier = draw.chance(50) ? pick(multipliers) : int32_t(draw.between(1 << 30, INT32_MAX));
      const auto exponent = static_cast<int32_t>(draw.chance(90) ? draw.between(-33, 10) : draw.between(-100, 100));
      const double factor = draw.chance(50) ? pick(factors) : std::ldexp(double(multiplier), exponent - 31);
      uint8_t bytes[16];
      std::memcpy(bytes, &bias, 8);
      std::memcpy(bytes + 8, &multiplier, 4);
      std::memcpy(bytes + 12, &exponent, 4);
      if (op.mode == 3 || op.mode == 5) std::memcpy(bytes + 8, &factor, 8);
      parameters.insert(parameters.end(), bytes, bytes + 16);
    }
    std::memcpy(state->tiles[0].sram.at(0, parameters.size()), parameters.data(), parameters.size());
    std::copy(parameters.begin(), parameters.end(), naive.tiles[0].sram.begin());
    auto* accumulators = reinterpret_cast<int32_t*>(state->tiles[0].accumulators.at(0, 0));
    for (auto& row : naive.tiles[0].accumulators) {
      for (int32_t& sum : row)
        *accumulators++ = sum = draw.chance(50) ? pick(sums) : int32_t(draw.between(-3000, 3000));
    }
    simulator::execute(*state, op, {});
    naive.execute(op);
    INFO("round " << round << ", mode " << int{op.mode});
    REQUIRE(same(*state, naive));
  }
}

TEST_CASE("lane primitives on the corners of their operands") {
  const std::vector<int32_t> corners = {0,
                                        1,
                                        -1,
                                        2,
                                        3,
                                        -3,
                                        7,
                                        31,
                                        32,
                                        33,
                                        62,
                                        63,
                                        64,
                                        65,
                                        100,
                                        -64,
                                        127,
                                        -128,
                                        255,
                                        256,
                                        1 << 30,
                                        -(1 << 30),
                                        (1 << 30) + 1,
                                        INT32_MAX,
                                        INT32_MAX - 1,
                                        INT32_MIN,
                                        INT32_MIN + 1,
                                        0x12345678};
  Bytes content = test::Draw(7).bytes(50'000);
  std::memcpy(content.data(), corners.data(), corners.size() * 4);
  for (const isa::LaneOpInfo& info : isa::lane_ops()) {
    INFO(info.mnemonic);
    const auto uses = [&](char operand) { return info.operands.find(operand) != std::string_view::npos; };
    const int literals = uses('n') ? isa::kMaxShift : uses('t') ? 1 : 0;
    for (int literal = 0; literal <= literals; ++literal) {
      // r3, the destination, is a + b before; its new value is the result.
      isa::Primitive p{info.op, 3, 0, 1, 2, 0};
      if (!uses('b')) p.b = isa::kImmediate;
      if (uses('n') || uses('t')) p.c = static_cast<uint8_t>(literal);
      const isa::LaneProgram program{{{isa::LaneOp::kAdd, 3, 0, 1, 0, 0}, p, {isa::LaneOp::kMove, 0, 0, 3, 0, 0}}, {}};
      compare_vector(all_combinations(static_cast<uint32_t>(corners.size()), uses('c')), {program}, content);
    }
  }
}

TEST_CASE("long vectors and reductions cross the chunks of the lanes") {
  using isa::LaneOp;
  const isa::LaneProgram elementwise{{{LaneOp::kMultiplyAdd, 0, 1, 2, 0, 0}}, {}};
  const isa::LaneProgram reduction{
      {{LaneOp::kMultiply, 0, 0, 1, 0, 0}},
      {{LaneOp::kAdd, 0, 0, 1, 0, 0}, {LaneOp::kXor, 0, 0, 2, 0, 0}, {LaneOp::kAdd, 0, 0, 5, 0, 0}}};
  for (const uint32_t length : {255u, 256u, 257u, 511u, 512u, 1000u}) {
    for (const uint8_t reduce : std::initializer_list<uint8_t>{0, 1, 2, 3}) {
      for (const uint32_t outputs : {1u, 3u, 15u, 40u}) {
        INFO(length << " elements, reduce " << int{reduce} << ", " << outputs << " outputs");
        isa::Vector op;
        op.program = reduce == 0 ? 0 : 1;
        op.reduce = reduce;
        op.n0 = op.n1 = op.k0 = op.k1 = 1;
        op.n2 = reduce == 0 && outputs > 15 ? 15 : outputs;  // what fits
        op.n3 = reduce == 0 ? length : 1;
        op.k2 = reduce == 0 ? 1 : length;
        op.inputs = 3;
        op.in1 = 1001;
        op.in2 = 2002;
        op.in0_r2 = op.in1_r2 = op.in2_r2 = op.in0_s3 = op.in1_s3 = op.in2_s3 = 1;
        op.in0_s2 = 3;
        op.in1_s2 = 1;
        op.out = 5000;
        op.out_type = static_cast<uint8_t>(isa::LaneType::kInt32);
        op.out_s3 = 4;
        op.out_s2 = static_cast<int32_t>(4 * op.n3);
        compare_vector(op, {elementwise, reduction}, test::Draw(length).bytes(5000));
      }
    }
  }
}
