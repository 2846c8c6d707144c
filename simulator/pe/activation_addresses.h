// The array's address generator: for every contraction tile and pixel, the scratchpad address of each row's activation,
// by counters and adders alone.
//
// A row's place in the contraction (ky, kx, c) is one step from that of the row above: the counters of the first row
// are registers, those of the others follow from it. After the last pixel of a tile the first row takes over where the
// tile's last row stood, one step on.
#pragma once

#include <cstdint>
#include <vector>

#include "isa/instruction.h"

namespace atl::simulator::pe {

class ActivationAddresses {
 public:
  // At the first contraction tile, its first pixel.
  explicit ActivationAddresses(const isa::Matmul& operation);

  // Rows of the array that the tile fills with activations, and the contiguous stretches of memory that these lie in,
  // in elements.
  uint32_t rows() const { return static_cast<uint32_t>(lanes_.size()); }
  const std::vector<uint32_t>& runs() const { return runs_; }

  // Of row `row` for the pixel; outside of the input there is no address.
  bool inside(uint32_t row) const;
  uint64_t address(uint32_t row) const;

  // Position of the pixel in the output.
  uint32_t oy() const { return oy_; }
  uint32_t ox() const { return ox_; }
  bool last_pixel() const { return ox_ + 1u == operation_.width && oy_ + 1u == operation_.height; }
  bool last_tile() const { return last_tile_; }

  // To the next pixel; from the last one to the next tile's first.
  void advance();

 private:
  // A place in the contraction: counters, and what they amount to in input rows, input columns and bytes.
  struct Tap {
    uint32_t ky = 0, kx = 0, c = 0;
    int64_t dy = 0, dx = 0;
    int64_t row_bytes = 0, tap_bytes = 0;
  };
  bool step(Tap& tap) const;  // whether it starts a new stretch of memory
  void begin_tile();

  const isa::Matmul operation_;
  const int64_t element_bytes_;
  const bool whole_rows_;  // a kernel row is one stretch
  Tap first_, next_first_;
  bool last_tile_ = false;
  std::vector<Tap> lanes_;
  std::vector<uint32_t> runs_;
  uint32_t oy_ = 0, ox_ = 0;
  int64_t y_ = 0, x_ = 0;                        // of the input, under the pixel's tap 0
  int64_t pixel_address_ = 0, row_address_ = 0;  // of the pixel's tap 0, of its row's first pixel's
};

}  // namespace atl::simulator::pe
