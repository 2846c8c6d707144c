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
                                           "matmul", "requantize", "vector"});
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
  isa::Machine machine;
  machine.rows = machine.columns = 1;
  machine.accumulator_rows = 2;
  machine.sram_bytes = 1 << 16;
  isa::Program program;
  program.lane_programs.resize(1);
  const uint32_t tables = 40'000;
  for (const isa::LaneOpInfo& info : isa::lane_ops()) {
    INFO(info.mnemonic);
    // r3 = d before, as a + b would be; the primitive; r0 = its result.
    isa::Primitive p{info.op, 3, 0, 1, 2, 0};
    const bool literal = info.operands.find('n') != std::string_view::npos,
               table = info.operands.find('t') != std::string_view::npos;
    if (info.operands.find('b') == std::string_view::npos) p.b = isa::kImmediate;
    for (uint8_t c = 0; c <= (literal ? isa::kMaxShift : table ? 1 : 0); ++c) {
      if (literal || table) p.c = c;
      program.lane_programs[0].body = {{isa::LaneOp::kAdd, 3, 0, 1, 0, 0}, p, {isa::LaneOp::kMove, 0, 0, 3, 0, 0}};
      isa::Vector op;
      op.n0 = 1;
      op.n1 = op.n2 = op.n3 = static_cast<uint32_t>(corners.size());  // a, b, c
      if (info.operands.find('c') == std::string_view::npos) op.n3 = 1;
      op.k0 = op.k1 = op.k2 = 1;
      op.inputs = 3;
      op.in0_type = op.in1_type = op.in2_type = op.out_type = static_cast<uint8_t>(isa::LaneType::kInt32);
      op.in0_s1 = op.in1_s2 = op.in2_s3 = 4;
      op.out = 1000;
      op.out_s3 = 4;
      op.out_s2 = static_cast<int32_t>(4 * op.n3);
      op.out_s1 = static_cast<int32_t>(op.out_s2 * int32_t(op.n2));
      op.table0 = tables;
      op.table1 = tables + 2000;
      if (op.n3 > 1) op.n1 = 8;  // select: within the memory
      Result<MachineState> state = MachineState::create(machine, 0, {});
      REQUIRE(state.ok());
      simulator::Memory& sram = state->tiles[0].sram;
      std::memcpy(sram.at(0, corners.size() * 4), corners.data(), corners.size() * 4);
      const Bytes random = test::Draw(7).bytes(4000);
      std::memcpy(sram.at(tables, random.size()), random.data(), random.size());
      NaiveMachine naive(machine, program);
      naive.tiles[0].sram.assign(sram.all().begin(), sram.all().end());
      simulator::execute(*state, op, program.lane_programs);
      naive.execute(op);
      REQUIRE(same(*state, naive));
    }
  }
}

TEST_CASE("long vectors and reductions cross the chunks of the lanes") {
  isa::Machine machine;
  machine.rows = machine.columns = 1;
  machine.accumulator_rows = 2;
  machine.sram_bytes = 1 << 16;
  isa::Program program;
  program.lane_programs.resize(2);
  program.lane_programs[0].body = {{isa::LaneOp::kMultiplyAdd, 0, 1, 2, 0, 0}};
  program.lane_programs[1].body = {{isa::LaneOp::kMultiply, 0, 0, 1, 0, 0}};
  program.lane_programs[1].tail = {
      {isa::LaneOp::kAdd, 0, 0, 1, 0, 0}, {isa::LaneOp::kXor, 0, 0, 2, 0, 0}, {isa::LaneOp::kAdd, 0, 0, 5, 0, 0}};
  for (const uint32_t length : {255u, 256u, 257u, 511u, 512u, 1000u}) {
    for (const int reduce : {0, 1, 2, 3}) {
      for (const uint32_t outputs : {1u, 3u, 40u}) {
        INFO(length << " elements, reduce " << reduce << ", " << outputs << " outputs");
        isa::Vector op;
        op.program = reduce == 0 ? 0 : 1;
        op.reduce = static_cast<uint8_t>(reduce);
        op.n0 = op.n1 = op.k0 = op.k1 = 1;
        op.n2 = outputs;
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
        if (op.out + outputs * op.n3 * 4 > 65000) continue;
        Result<MachineState> state = MachineState::create(machine, 0, {});
        REQUIRE(state.ok());
        const Bytes random = test::Draw(length).bytes(5000);
        std::memcpy(state->tiles[0].sram.at(0, random.size()), random.data(), random.size());
        NaiveMachine naive(machine, program);
        std::copy(random.begin(), random.end(), naive.tiles[0].sram.begin());
        simulator::execute(*state, op, program.lane_programs);
        naive.execute(op);
        REQUIRE(same(*state, naive));
      }
    }
  }
}
