// load_weights, and which weight tiles matmul then finds.
#pragma once

#include "common/base/result.h"
#include "isa/instruction.h"
#include "simulator/core/state.h"

namespace atl::simulator {

// Appends the instruction's tiles to the tile's queue of loaded weights.
void load_weights(TileState& tile, const isa::LoadWeights& operation);

// Contraction tiles of a matmul, each of which takes one weight tile, and the rows that tile `index` uses.
uint64_t contraction_tiles(const isa::Matmul& operation);
uint32_t contraction_rows(const isa::Matmul& operation, uint64_t index);

// Weight tiles are taken in the order in which they are loaded, whatever the timing, so the code alone says which meet.
// In the code's order: every matmul finds as many tiles as it takes, each with at least the rows and columns that it
// uses, and no tile is left over. kInvalid with the first instruction that breaks this.
Status check_weight_tiles(const isa::Code& code);

}  // namespace atl::simulator
