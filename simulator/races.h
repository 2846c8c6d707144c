// Whether the semaphores of a code order what has to be ordered.
#pragma once

#include "common/base/result.h"
#include "isa/program.h"
#include "isa/timing/timeline_record.h"
#include "simulator/windows.h"

namespace atl::simulator {

// The order of the code is its meaning: of two instructions on different units that touch the same bytes or accumulator
// rows, at least one writing, the later one may start only when the earlier one is complete. (On one unit the order is
// kept anyway, except that a requantize may not read as parameters or table what one before it has yet to write.)
// `times` says when each did in a run. Code that passes computes in that run what it computes one
// instruction after the other. kInvalid names the first such pair that overlaps, where, and the semaphore that is
// missing.
Status check_races(const isa::Code& code, const std::vector<isa::LaneProgram>& lane_programs,
                   const WindowHistory& windows, size_t tiles, const std::vector<isa::timing::InstructionTimes>& times);

}  // namespace atl::simulator
