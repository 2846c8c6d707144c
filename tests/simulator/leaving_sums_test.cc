// A matmul of few rows behind one of many: its sums wait for their turn at the foot of the columns.
#include <catch2/catch.hpp>

#include "tests/simulator/small_machine.h"

using namespace atl;
using namespace atl::simulator;

namespace {

isa::Matmul pixels(uint32_t rows, uint16_t count, uint16_t columns) {
  isa::Matmul op;
  op.channels = op.pixel_stride = rows;
  op.input_height = op.kernel_height = op.kernel_width = op.stride_y = op.stride_x = op.height = 1;
  op.dilation_y = op.dilation_x = 1;
  op.input_width = op.width = count;
  op.rows = static_cast<uint16_t>(rows);
  op.columns = columns;
  return op;
}

isa::LoadWeights weights(uint16_t rows) {
  isa::LoadWeights op;
  op.tiles = 1;
  op.rows = op.last_rows = rows;
  op.columns = 4;
  return op;
}

}  // namespace

TEST_CASE("the sums of a matmul of fewer rows wait for those before them") {
  isa::Machine machine = small_machine();
  machine.queue_depth = 8;
  isa::Program program = small_program(machine);
  isa::Matmul late = pixels(1, 1, 4);
  late.accumulator = 8;
  // 4 rows, then 1 row.
  program.main = {{weights(4)}, {weights(1)}, {pixels(4, 8, 4)}, {late}, {isa::Halt{}}};
  for (const Fidelity fidelity : {Fidelity::kFast, Fidelity::kCycle, Fidelity::kPe}) {
    const Result<Run> run = make(program, machine).run(std::vector<Bytes>{counting(16)}, {.fidelity = fidelity});
    REQUIRE(run.ok());
    const auto& times = run->timeline.instructions;
    // Decoded the cycle after the first one's last pixel; that leaves column 0 four cycles after it entered, and the
    // second instruction's sum, which would be there a cycle earlier, in the next.
    CHECK(times[3].completed == times[2].completed + 1);
  }
}
