// dma_load and dma_store.
#pragma once

#include "isa/instruction.h"
#include "simulator/core/state.h"

namespace atl::simulator {

// The runs of one tile.
void copy(const Memory& offchip, TileState& tile, const isa::DmaLoad& operation);
void copy(Memory& offchip, const TileState& tile, const isa::DmaStore& operation);

}  // namespace atl::simulator
