// Programs written by hand, and everything that can be wrong with one, with its full text.
#include "simulator/simulator.h"

#include <catch2/catch.hpp>
#include <cstring>
#include <numeric>

#include "tests/simulator/small_machine.h"

using namespace atl;
using namespace atl::simulator;

namespace {

constexpr Fidelity kBoth[] = {Fidelity::kFast, Fidelity::kCycle};

Simulator make(const isa::Program& program, const isa::Machine& machine) {
  Result<Simulator> simulator = Simulator::create(program, machine);
  INFO((simulator.ok() ? "" : simulator.error().text()));
  REQUIRE(simulator.ok());
  return std::move(simulator).value();
}

Bytes counting(size_t count, uint8_t first = 1) {
  Bytes bytes(count);
  std::iota(bytes.begin(), bytes.end(), first);
  return bytes;
}

// in + 1 -> out, by way of SRAM 100 and 200.
isa::Program add_one_program(const isa::Machine& machine) {
  isa::Program program = small_program(machine);
  program.lane_programs = {{{{isa::LaneOp::kAdd, 0, 0, isa::kImmediate, 0, 1}}, {}}};
  program.main = {{load(0, 100, 16), 0, kToVector},
                  {elementwise(0, 100, 200, 16), kFromLoad, kToStore},
                  {store(200, 16, 16), kFromVector, 0},
                  {isa::Halt{}}};
  return program;
}

std::string error_of(const isa::Program& program, const isa::Machine& machine, const Options& options) {
  Simulator simulator = make(program, machine);
  const Result<Run> run = simulator.run(std::vector<Bytes>{counting(16)}, options);
  REQUIRE(!run.ok());
  CHECK(run.error().code() == ErrorCode::kInvalid);
  return run.error().text();
}

}  // namespace

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

TEST_CASE("inputs of another size or number") {
  const isa::Machine machine = small_machine();
  Simulator simulator = make(add_one_program(machine), machine);
  CHECK(simulator.run(std::vector<Bytes>{counting(15)}).error().text() ==
        "input 'in' has 15 bytes, but the program takes 16");
  CHECK(simulator.run({}).error().text() == "0 inputs are given, but the program takes 1");
}

TEST_CASE("a deadlock ends in a diagnosis") {
  const isa::Machine machine = small_machine();
  isa::Program program = add_one_program(machine);
  program.main[0].signal = 0;
  // Fill the vector unit's queue behind the one that waits.
  const isa::Instruction more{elementwise(0, 100, 200, 16), 0, 0};
  program.main.insert(program.main.begin() + 2, {more, more, more});
  for (const Fidelity fidelity : kBoth) {
    CHECK(
        error_of(program, machine, {.fidelity = fidelity}) ==
        "the program deadlocks: nothing completes after cycle 20\n"
        "  dispatch: instruction 3 (vector) waits for room in its unit's queue\n"
        "  dma_load: idle, its queue is empty\n"
        "  dma_store: idle, its queue is empty\n"
        "  weights: idle, its queue is empty\n"
        "  array: idle, its queue is empty\n"
        "  output: idle, its queue is empty\n"
        "  vector: instruction 1 (vector) waits for a token of dma_load -> vector, which holds 0; 1 more in its queue");
  }
}

TEST_CASE("a deadlock at a barrier and one of weights") {
  const isa::Machine machine = small_machine();
  isa::Program program = small_program(machine);
  isa::LoadWeights weights;
  weights.tiles = 2;
  weights.rows = weights.last_rows = weights.columns = 1;
  isa::Matmul matmul;
  matmul.input_height = matmul.input_width = matmul.stride_y = matmul.stride_x = matmul.dilation_y = matmul.dilation_x =
      1;
  matmul.kernel_height = matmul.kernel_width = matmul.height = matmul.width = 1;
  matmul.channels = 2;
  matmul.rows = matmul.columns = 1;
  program.main = {{weights, 0, kToArray}, {isa::Barrier{}}, {matmul, kFromWeights, 0}, {isa::Halt{}}};
  for (const Fidelity fidelity : kBoth) {
    CHECK(error_of(program, machine, {.fidelity = fidelity}) ==
          "the program deadlocks: nothing completes after cycle 0\n"
          "  dispatch: instruction 1 (barrier) waits until everything before it is complete\n"
          "  dma_load: idle, its queue is empty\n"
          "  dma_store: idle, its queue is empty\n"
          "  weights: instruction 0 (load_weights) waits for the shadow weights, whose tile no matmul takes; 0 more in "
          "its queue\n"
          "  array: idle, its queue is empty\n"
          "  output: idle, its queue is empty\n"
          "  vector: idle, its queue is empty");
  }
}

TEST_CASE("tokens left over at the end") {
  const isa::Machine machine = small_machine();
  isa::Program program = add_one_program(machine);
  program.main[2].signal = kToLoad;
  for (const Fidelity fidelity : kBoth) {
    CHECK(error_of(program, machine, {.fidelity = fidelity}) ==
          "the program ends with 1 tokens left in semaphore dma_store -> dma_load; every signal needs its wait");
  }
}

TEST_CASE("a race is refused, unless races are not to be looked for") {
  const isa::Machine machine = small_machine();
  isa::Program program = add_one_program(machine);
  program.main[0].signal = program.main[1].wait = 0;
  for (const Fidelity fidelity : kBoth) {
    CHECK(error_of(program, machine, {.fidelity = fidelity}) ==
          "instruction 1 (vector) starts in cycle 2 and reads SRAM bytes 100 .. 115, before instruction 0 (dma_load), "
          "which writes them, is "
          "complete in cycle 20; let 0 signal vector and 1 wait for it");
    Simulator simulator = make(program, machine);
    CHECK(simulator.run(std::vector<Bytes>{counting(16)}, {.fidelity = fidelity, .check_races = false}).ok());
  }
}

TEST_CASE("a race with an instruction that starts only later") {
  const isa::Machine machine = small_machine();
  isa::Program program = add_one_program(machine);
  // The second load waits in its queue behind the first, while the vector instruction after it reads where it is going
  // to write.
  program.main = {{load(0, 300, 16)}, {load(0, 100, 16)}, {elementwise(0, 100, 200, 16)}, {isa::Halt{}}};
  for (const Fidelity fidelity : kBoth) {
    CHECK(error_of(program, machine, {.fidelity = fidelity}) ==
          "instruction 2 (vector) starts in cycle 3 and reads SRAM bytes 100 .. 115, before instruction 1 (dma_load), "
          "which writes them, is "
          "complete in cycle 29; let 1 signal vector and 2 wait for it");
  }
}

TEST_CASE("weight tiles and the matmuls that take them") {
  const isa::Machine machine = small_machine();
  isa::Program program = small_program(machine);
  isa::LoadWeights weights;
  weights.tiles = 1;
  weights.rows = weights.last_rows = weights.columns = 2;
  isa::Matmul matmul;
  matmul.input_height = matmul.input_width = matmul.stride_y = matmul.stride_x = matmul.dilation_y = matmul.dilation_x =
      1;
  matmul.kernel_height = matmul.kernel_width = matmul.height = matmul.width = 1;
  matmul.channels = matmul.rows = matmul.columns = 2;
  const auto text = [&](const isa::Code& code) {
    program.main = code;
    const Result<Simulator> simulator = Simulator::create(program, machine);
    if (!simulator.ok()) CHECK(simulator.error().code() == ErrorCode::kInvalid);
    return simulator.ok() ? std::string() : simulator.error().text();
  };
  CHECK(text({{weights}, {matmul}, {isa::Halt{}}}).empty());
  CHECK(text({{matmul}, {weights}, {isa::Halt{}}}) ==
        "main: instruction #0 matmul takes 1 weight tiles, but only 0 are loaded before it; add the missing "
        "load_weights");
  CHECK(text({{weights}, {matmul}, {weights}, {isa::Halt{}}}) ==
        "main: instruction #2 load_weights: 1 of its 1 weight tiles are left over at the end; no matmul takes them");
  matmul.columns = 3;
  CHECK(text({{weights}, {matmul}, {isa::Halt{}}}) ==
        "main: instruction #1 matmul uses 2 x 3 weights for its tile 0, but tile 0 of instruction #0 load_weights has "
        "2 x 2");
  matmul.columns = 2;
  matmul.channels = 5;
  weights.tiles = 3;
  weights.last_rows = 1;
  CHECK(text({{weights}, {matmul}, {isa::Halt{}}}).empty());
  matmul.channels = 6;
  CHECK(text({{weights}, {matmul}, {isa::Halt{}}}) ==
        "main: instruction #1 matmul uses 2 x 2 weights for its tile 2, but tile 2 of instruction #0 load_weights has "
        "1 x 2");
}
