// The order of a program's instructions: a serial order that is right by itself is turned into one in which the units
// find work as early as dependences allow.
//
// The schedule is made by playing the program through with the instructions' own costs (isa/timing/cost.h), bandwidth
// unlimited: a unit that is free takes, of the instructions whose dependences are complete, the first one of the serial
// order. Work that array and vector unit can both do is the vector unit's; the array takes some when it has nothing
// else to do and will be ready with it sooner. Accumulator rows are settled on the way.
#pragma once

#include <vector>

#include "compiler/schedule/dependences.h"
#include "compiler/tasks/emitter.h"
#include "isa/machine.h"

namespace atl::compiler {

// `storages`: where they are, by storage. What is written into the bytes of a storage after its last writer comes after
// all of its writers, so that a tensor is whole before its bytes are another's.
void list_schedule(std::vector<EmittedInstruction>& code, const std::vector<isa::LaneProgram>& lane_programs,
                   const std::vector<Region>& storages, const isa::Machine& machine);

}  // namespace atl::compiler
