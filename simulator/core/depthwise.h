// Depthwise convolutions on the vector unit's lanes.
#pragma once

#include "isa/instruction.h"
#include "simulator/core/matmul.h"
#include "simulator/core/state.h"

namespace atl::simulator {

// The instruction on one tile, for the output pixels of `extent`. array_columns: length of an accumulator row.
void depthwise(TileState& tile, uint32_t array_columns, const isa::Depthwise& operation, Extent extent);

}  // namespace atl::simulator
