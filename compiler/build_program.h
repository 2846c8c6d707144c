// From a segment's tasks to its program: memory, instructions, overlap, debug map.
#pragma once

#include <optional>

#include "compiler/lower/segment.h"
#include "compiler/schedule/memory_plan.h"
#include "isa/program.h"

namespace atl::compiler {

struct BuiltProgram {
  isa::Program program;
  int64_t cycles = 0;  // by the timeline engine, warm
  int64_t cached_parameter_bytes = 0, streamed_parameter_bytes = 0;
};

// Fills `built`, or says which op asks for more SRAM than there is. `effort`: 0 .. kMostEffort (effort.h).
std::optional<PlacementFailure> build_program(const Segment& segment, const isa::Machine& machine, bool debug_map,
                                              int effort, BuiltProgram& built);

}  // namespace atl::compiler
