// Turns a serial order into semaphore waits and signals, so that units may overlap wherever nothing forbids it.
#pragma once

#include "isa/program.h"

namespace atl::compiler {

// Sets wait and signal of every instruction: an instruction waits for each earlier one of another unit whose footprint
// conflicts with its own, unless it already comes after it. One token a dependence suffices, since units are in order:
// what a unit waited for once, all its later instructions come after too.
void synchronize(isa::Code& code, const std::vector<isa::LaneProgram>& lane_programs);

}  // namespace atl::compiler
