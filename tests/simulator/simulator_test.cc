// Programs written by hand: what they compute and when.
#include "simulator/simulator.h"

#include <catch2/catch.hpp>
#include <cstring>

#include "tests/simulator/small_machine.h"

using namespace atl;
using namespace atl::simulator;

TEST_CASE("a program by hand, its bytes and its cycles") {
  const isa::Machine machine = small_machine();
  Simulator simulator = make(add_one_program(machine), machine);
  for (const Fidelity fidelity : kBoth) {
    const Result<Run> run = simulator.run(std::vector<Bytes>{counting(16, 126)}, {.fidelity = fidelity});
    REQUIRE(run.ok());
    // 126, 127, 128 as int8: 127 + 1 saturates, -128 + 1.
    CHECK(run->outputs[0][0] == 127);
    CHECK(run->outputs[0][1] == 127);
    CHECK(run->outputs[0][2] == 0x81);
    // Dispatched in 0, decoded in 1, a burst of 8 cycles in 2 .. 9, latency of 10: complete at 20. Decoded at 21,
    // ceil(16 / 4) cycles in 22 .. 25, latency of 4: complete at 30. Decoded at 31, 8 cycles, complete at 40 + 10.
    CHECK(run->timeline.instructions[0] == isa::timing::InstructionTimes{0, 1, 20});
    CHECK(run->timeline.instructions[1] == isa::timing::InstructionTimes{1, 21, 30});
    CHECK(run->timeline.instructions[2] == isa::timing::InstructionTimes{2, 31, 50});
    CHECK(run->timeline.cycles == 50);
    CHECK(run->preload_cycles == 0);
    CHECK(run->timeline.offchip_read_bytes == 16);
    CHECK(run->timeline.offchip_written_bytes == 16);
  }
}

TEST_CASE("a matrix product by hand") {
  const isa::Machine machine = small_machine();
  isa::Program program = small_program(machine);
  // Constants: weights (2 x 2, rows first) and parameters of two columns: bias, multiplier 0.5 and exponent 1, that
  // is, 1.
  program.constants = {1, 2, 3, 4};
  const std::array<int32_t, 6> parameters = {10, 1 << 30, 1, -20, 1 << 30, 1};
  program.constants.resize(28);
  std::memcpy(program.constants.data() + 4, parameters.data(), 24);
  program.inputs = {{"in", 0, 28, 2}};
  program.outputs = {{"out", 1, 30, 2}};
  program.preload = {{load(0, 0, 28)}, {isa::Halt{}}};
  isa::LoadWeights weights;
  weights.tiles = 1;
  weights.rows = weights.last_rows = weights.columns = 2;
  isa::Matmul matmul;
  matmul.sram = 40;
  matmul.input_height = matmul.input_width = matmul.stride_y = matmul.stride_x = matmul.dilation_y = matmul.dilation_x =
      1;
  matmul.kernel_height = matmul.kernel_width = matmul.height = matmul.width = 1;
  matmul.channels = matmul.rows = matmul.columns = 2;
  matmul.zero_point = 1;
  isa::Requantize requantize;
  requantize.columns = 2;
  requantize.height = requantize.width = 1;
  requantize.sram = 50;
  requantize.parameters = 4;
  requantize.zero_point = 5;
  requantize.minimum = -128;
  requantize.maximum = 127;
  program.main = {{load(28, 40, 2), 0, kToArray},     {weights},
                  {matmul, kFromLoad, kToOutput},     {requantize, kFromArray, kToStore},
                  {store(50, 30, 2), kFromOutput, 0}, {isa::Halt{}}};
  Simulator simulator = make(program, machine);
  for (const Fidelity fidelity : kBoth) {
    simulator.reset();
    for (int run = 0; run < 2; ++run) {
      const Result<Run> result = simulator.run(std::vector<Bytes>{{4, 8}}, {.fidelity = fidelity});
      REQUIRE(result.ok());
      // (3 7) (1 2; 3 4) + (10 -20) + 5 = (24 34) + (10 -20) + 5
      CHECK(result->outputs[0] == Bytes{39, 19});
      // 28 bytes in bursts of 16 and 12: 8 and 6 cycles from 2, then 10 of latency.
      CHECK(result->preload_cycles == 26);
    }
  }
}

TEST_CASE("four tiles work on parts of their own") {
  isa::Machine machine = small_machine();
  machine.grid_rows = machine.grid_columns = 2;
  isa::Program program = add_one_program(machine);
  // Each tile takes 4 of the 16 bytes.
  program.main.clear();
  for (uint16_t tile = 0; tile < 4; ++tile) program.main.push_back({isa::TileWindow{tile, 1, 1, 4 * tile}});
  isa::DmaLoad in = load(0, 100, 4);
  isa::DmaStore out = store(200, 16, 4);
  in.windowed = out.windowed = true;
  program.main.insert(
      program.main.end(),
      {{in, 0, kToVector}, {elementwise(0, 100, 200, 4), kFromLoad, kToStore}, {out, kFromVector, 0}, {isa::Halt{}}});
  Simulator simulator = make(program, machine);
  for (const Fidelity fidelity : kBoth) {
    const Result<Run> run = simulator.run(std::vector<Bytes>{counting(16)}, {.fidelity = fidelity});
    REQUIRE(run.ok());
    CHECK(run->outputs[0] == counting(16, 2));
    // Dispatched in 4; the link serves four bursts of 2 cycles one after the other.
    CHECK(run->timeline.instructions[4] == isa::timing::InstructionTimes{4, 5, 24});
    CHECK(run->timeline.offchip_read_bytes == 16);
  }
}

TEST_CASE("a window of no height lets a tile idle, but its weights are taken") {
  isa::Machine machine = small_machine();
  machine.grid_columns = 2;
  isa::Program program = small_program(machine);
  isa::LoadWeights weights;
  weights.tiles = 1;
  weights.rows = weights.last_rows = weights.columns = 1;
  isa::Matmul matmul;
  matmul.input_height = matmul.input_width = matmul.stride_y = matmul.stride_x = matmul.dilation_y = matmul.dilation_x =
      1;
  matmul.kernel_height = matmul.kernel_width = matmul.height = matmul.width = 1;
  matmul.channels = matmul.rows = matmul.columns = 1;
  matmul.windowed = true;
  program.main = {{load(0, 0, 1), 0, kToArray | kToWeights},
                  {weights, kFromLoad, 0},
                  {isa::TileWindow{1, 0, 5, 0}},
                  {matmul, kFromLoad, 0},
                  {isa::TileWindow{1, 1, 1, 0}},
                  {isa::Halt{}}};
  Simulator simulator = make(program, machine);
  for (const Fidelity fidelity : kBoth) {
    simulator.reset();
    REQUIRE(simulator.run(std::vector<Bytes>{counting(16, 3)}, {.fidelity = fidelity}).ok());
    CHECK(*reinterpret_cast<const int32_t*>(simulator.state()->tiles[0].accumulators.all().data()) == 9);
    CHECK(*reinterpret_cast<const int32_t*>(simulator.state()->tiles[1].accumulators.all().data()) == 0);
    CHECK(simulator.state()->tiles[1].weights.empty());
  }
}

TEST_CASE("memory stays warm, until it is reset") {
  const isa::Machine machine = small_machine();
  isa::Program program = small_program(machine);
  // state = state + in, out = state
  program.lane_programs = {{{{isa::LaneOp::kAdd, 0, 0, 1, 0, 0}}, {}}};
  program.state = {{"state", 2, 40, 16}};
  isa::Vector add = elementwise(0, 100, 100, 16);
  add.inputs = 2;
  add.in1 = 200;
  add.in1_s3 = 1;
  program.main = {{load(40, 100, 16)},        {load(0, 200, 16), 0, kToVector},
                  {add, kFromLoad, kToStore}, {store(100, 40, 16), kFromVector, 0},
                  {store(100, 16, 16)},       {isa::Halt{}}};
  Simulator simulator = make(program, machine);
  const auto first_output = [&] {
    const Result<Run> run = simulator.run(std::vector<Bytes>{counting(16, 5)});
    REQUIRE(run.ok());
    return int{run->outputs[0][0]};
  };
  CHECK(first_output() == 5);
  CHECK(first_output() == 10);
  simulator.clear_state_buffers();
  CHECK(first_output() == 5);
  CHECK(first_output() == 10);
  simulator.reset();
  CHECK(simulator.state() == nullptr);
  CHECK(first_output() == 5);
}

TEST_CASE("timing alone needs no inputs and no memory") {
  const isa::Machine machine = small_machine();
  Simulator simulator = make(add_one_program(machine), machine);
  for (const Fidelity fidelity : kBoth) {
    const Result<Run> run = simulator.run({}, {.fidelity = fidelity, .timing_only = true});
    REQUIRE(run.ok());
    CHECK(run->timeline.cycles == 50);
    CHECK(run->outputs.empty());
    CHECK(simulator.state() == nullptr);
  }
}

TEST_CASE("captures are taken when the last writer has executed, even if parts are overwritten by then") {
  const isa::Machine machine = small_machine();
  isa::Program program = add_one_program(machine);
  program.materialized = {
      {"in sram", 0, true, 100, 16, {0}}, {"halves", 1, true, 300, 8, {1, 4}}, {"in", 2, false, 0, 16, {}}};
  program.debug_of_instruction.clear();
  // Two halves of a tensor at 300: the first one by the vector unit at once and overwritten by it soon after, the
  // second one by a load that is queued behind a long one.
  program.main = {{load(0, 100, 16), 0, kToVector},
                  {elementwise(0, 100, 300, 4), kFromLoad, 0},
                  {load(0, 500, 64)},
                  {load(0, 600, 64)},
                  {load(4, 304, 4), 0, kToStore},
                  {elementwise(0, 108, 300, 4)},
                  {store(304, 16, 4), kFromLoad, 0},
                  {isa::Halt{}}};
  for (const Fidelity fidelity : kBoth) {
    Simulator simulator = make(program, machine);
    const Result<Run> run =
        simulator.run(std::vector<Bytes>{counting(16)}, {.fidelity = fidelity, .capture_materialized = true});
    INFO((run.ok() ? "" : run.error().text()));
    REQUIRE(run.ok());
    CHECK(run->timeline.instructions[5].started < run->timeline.instructions[4].started);
    REQUIRE(run->captured.size() == 3);
    CHECK(run->captured[0] == counting(16));
    CHECK(run->captured[1] == Bytes{2, 3, 4, 5, 5, 6, 7, 8});
    CHECK(run->captured[2] == counting(16));
  }
}
