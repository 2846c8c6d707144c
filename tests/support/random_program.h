// Random programs that are valid, free of races and of deadlocks, with meaningful values: for comparing ways to run a
// program.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "common/base/file.h"
#include "isa/machine.h"
#include "isa/program.h"

namespace atl::test {

// Draws that are the same on every platform, as the standard distributions are not.
class Draw {
 public:
  explicit Draw(uint32_t seed) : engine_(seed) {}
  int64_t between(int64_t low, int64_t high) {
    const auto span = static_cast<uint64_t>(high - low) + 1;
    return low + static_cast<int64_t>(((uint64_t{engine_()} << 32) | engine_()) % span);
  }
  bool chance(int percent) { return between(1, 100) <= percent; }
  Bytes bytes(size_t count);

 private:
  std::mt19937 engine_;
};

// A small machine of any shape: everything waits for everything now and then. `grid`: 1 to 4 tiles, otherwise one.
isa::Machine random_machine(Draw& draw, bool grid);

// A lane program of up to `length` primitives of any kind in the body, and in the tail if it has one.
isa::LaneProgram random_lane_program(Draw& draw, int length, bool with_tail);

// A program of about `length` main instructions and a shorter preload code for the machine. Scratchpad and memories are
// filled from inputs and constants first. Instructions that depend on each other by their footprints are ordered by
// tokens, as they are in the code; others run side by side. Instructions of which the result depends on the order of
// elements do not occur: outputs overlap inputs of the same instruction nowhere, or element for element.
isa::Program random_program(Draw& draw, const isa::Machine& machine, int length);

// Random inputs of the program's sizes.
std::vector<Bytes> random_inputs(Draw& draw, const isa::Program& program);

// Adds to code without tokens the waits and signals, by the footprints, that make every order in time the order of the
// code: each instruction waits for the last one before it on every other unit that it conflicts with. A windowed access
// counts for all places that windows of up to `window_reach` bytes of offset may move it to.
void add_tokens(isa::Code& code, const std::vector<isa::LaneProgram>& lane_programs, int64_t window_reach = 0);

}  // namespace atl::test
