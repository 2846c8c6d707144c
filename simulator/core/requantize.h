// requantize: the output stage.
#pragma once

#include "isa/instruction.h"
#include "simulator/core/matmul.h"
#include "simulator/core/state.h"

namespace atl::simulator {

// Pixels are those of the extent; their accumulator rows and addresses are those of the instruction's own width.
void requantize(TileState& tile, uint32_t array_columns, const isa::Requantize& operation, Extent extent);

}  // namespace atl::simulator
