// vector: the loop nest around a lane program.
#pragma once

#include "isa/instruction.h"
#include "isa/lane_program.h"
#include "simulator/core/state.h"

namespace atl::simulator {

// Elements are taken in chunks, so an output that overlaps an input must be at the very place of the input of the same
// element.
void run_vector(TileState& tile, const isa::Vector& operation, const isa::LaneProgram& program);

}  // namespace atl::simulator
