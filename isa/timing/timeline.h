// The timeline engine: instruction stream and machine in, timeline out. Event-driven, exact, no values and no SystemC.
// Implements docs/timing.md; the clocked model under simulator/sysc implements the same page on its own, and the two
// agree cycle for cycle.
#pragma once

#include <vector>

#include "common/base/result.h"
#include "isa/instruction.h"
#include "isa/lane_program.h"
#include "isa/machine.h"
#include "isa/timing/timeline_record.h"

namespace atl::isa::timing {

// kInvalid when the program deadlocks: which unit waits for which semaphore at which instruction, and what every queue
// holds. kInvalid too when tokens or weight tiles are left over at the end, or a semaphore exceeds kMaxTokens.
Result<Timeline> simulate_timeline(const Code& code, const std::vector<LaneProgram>& lane_programs,
                                   const Machine& machine);

}  // namespace atl::isa::timing
