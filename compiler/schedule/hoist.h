// Moves loads ahead of work they have nothing to do with, so that off-chip memory is busy while the array is.
#pragma once

#include "compiler/tasks/emitter.h"

namespace atl::compiler {

// Keeps the code a right serial order: a load passes only instructions it has no conflict with (isa/footprint.h), other
// loads excepted, and at most kHoistDistance of them.
inline constexpr int kHoistDistance = 64;
void hoist_loads(std::vector<EmittedInstruction>& code, const std::vector<isa::LaneProgram>& lane_programs);

}  // namespace atl::compiler
