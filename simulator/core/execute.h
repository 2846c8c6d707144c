// What instructions do to the machine's state: the semantics of isa.def, as functions over bytes, without time.
//
// One function an instruction, on one tile, in a file for each family; execute() runs it on every tile of the grid.
#pragma once

#include <vector>

#include "isa/instruction.h"
#include "isa/lane_program.h"
#include "simulator/core/state.h"

namespace atl::simulator {

// Executes one instruction of a program that isa::validate() and check_weight_tiles() accepted. halt and barrier change
// nothing.
void execute(MachineState& state, const isa::Operation& operation, const std::vector<isa::LaneProgram>& lane_programs);

}  // namespace atl::simulator
