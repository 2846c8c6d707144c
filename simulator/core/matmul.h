// matmul: the array's products and sums.
#pragma once

#include "isa/instruction.h"
#include "simulator/core/state.h"

namespace atl::simulator {

// Output pixels to work on, at most those of the instruction.
struct Extent {
  uint32_t height = 0, width = 0;
  uint64_t pixels() const { return uint64_t{height} * width; }
};

// Takes the instruction's weight tiles from the tile's queue, whether or not the extent leaves pixels to multiply them
// with. Accumulator row of output pixel (oy, ox): accumulator + oy * width of the instruction + ox, also under a
// smaller extent; with is_16bit two rows a pixel, from accumulator + 2 * (oy * width + ox) on.
void matmul(TileState& tile, uint32_t array_columns, const isa::Matmul& operation, Extent extent);

}  // namespace atl::simulator
