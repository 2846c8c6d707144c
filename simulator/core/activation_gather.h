// Where the array's activations come from: a stretch of the contraction index at one output pixel, as a row of int16.
#pragma once

#include <cstdint>
#include <vector>

#include "isa/instruction.h"
#include "simulator/core/memory.h"

namespace atl::simulator {

class ActivationGather {
 public:
  // Elements [k0, k0 + rows) of the flattened (ky, kx, c) of the instruction.
  ActivationGather(const Memory& sram, const isa::Matmul& operation, uint64_t k0, uint32_t rows);

  // Writes the `rows` activations of output pixel (oy, ox), minus the zero point, or with is_16bit as they are; 0
  // outside the input.
  void pixel(uint32_t oy, uint32_t ox, int16_t* out) const;

 private:
  // Elements of one tap or, where kernel rows are contiguous, of one kernel row.
  struct Segment {
    int64_t dy;      // input rows from tap 0
    int64_t dx;      // input columns from tap 0 to the first pixel touched
    uint32_t first;  // first element, counted in channels from that pixel
    uint32_t count;
    uint32_t out;  // place in the row
  };

  void add_segments(uint64_t k0, uint32_t rows);
  void copy_segment(const Segment& segment, int64_t iy, int64_t ix, int16_t* out) const;
  void widen(int64_t address, uint32_t count, int16_t* out) const;

  const Memory& sram_;
  const isa::Matmul& operation_;
  const uint32_t element_bytes_;
  const bool contiguous_rows_;
  std::vector<Segment> segments_;
};

}  // namespace atl::simulator
