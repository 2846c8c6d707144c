// Everything that can be wrong with a program or its inputs, with its full text.
#include <catch2/catch.hpp>

#include "tests/simulator/small_machine.h"

using namespace atl;
using namespace atl::simulator;

namespace {

std::string error_of(const isa::Program& program, const isa::Machine& machine, const Options& options) {
  Simulator simulator = make(program, machine);
  const Result<Run> run = simulator.run(std::vector<Bytes>{counting(16)}, options);
  REQUIRE(!run.ok());
  CHECK(run.error().code() == ErrorCode::kInvalid);
  return run.error().text();
}

}  // namespace

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
