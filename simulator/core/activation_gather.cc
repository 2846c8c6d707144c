#include "simulator/core/activation_gather.h"

#include <algorithm>
#include <cstring>

#include "simulator/core/matmul_kernels.h"

namespace atl::simulator {

ActivationGather::ActivationGather(const Memory& sram, const isa::Matmul& operation, uint64_t k0, uint32_t rows)
    : sram_(sram),
      operation_(operation),
      element_bytes_(operation.is_16bit ? 2 : 1),
      contiguous_rows_(operation.pixel_stride == uint64_t{operation.channels} * element_bytes_ &&
                       operation.dilation_x == 1) {
  add_segments(k0, rows);
}

void ActivationGather::add_segments(uint64_t k0, uint32_t rows) {
  const isa::Matmul& op = operation_;
  const uint64_t row_elements = uint64_t{op.kernel_width} * op.channels;
  const uint64_t run = contiguous_rows_ ? row_elements : op.channels;
  uint32_t out = 0;
  while (out < rows) {
    const uint64_t k = k0 + out, ky = k / row_elements, in_row = k % row_elements;
    const uint64_t kx = in_row / op.channels;
    const auto count = static_cast<uint32_t>(std::min<uint64_t>(rows - out, run - in_row % run));
    segments_.push_back({static_cast<int64_t>(ky) * op.dilation_y, static_cast<int64_t>(kx) * op.dilation_x,
                         static_cast<uint32_t>(in_row % op.channels), count, out});
    out += count;
  }
}

void ActivationGather::pixel(uint32_t oy, uint32_t ox, int16_t* out) const {
  const int64_t y = operation_.origin_y + int64_t{oy} * operation_.stride_y;
  const int64_t x = operation_.origin_x + int64_t{ox} * operation_.stride_x;
  for (const Segment& segment : segments_) {
    const int64_t iy = y + segment.dy;
    if (iy < 0 || iy >= operation_.input_height) {
      std::fill_n(out + segment.out, segment.count, int16_t{0});
    } else {
      copy_segment(segment, iy, x + segment.dx, out + segment.out);
    }
  }
}

void ActivationGather::copy_segment(const Segment& segment, int64_t iy, int64_t ix, int16_t* out) const {
  // Elements count from channel 0 of pixel ix; those of existing pixels are [low, high). A segment that lies in one
  // pixel is wholly inside or outside; in a contiguous kernel row it may be cut at either end.
  const int64_t channels = operation_.channels, begin = segment.first, end = begin + segment.count;
  const int64_t low = std::clamp(-ix * channels, begin, end);
  const int64_t high = std::clamp((operation_.input_width - ix) * channels, low, end);
  std::fill(out, out + (low - begin), int16_t{0});
  if (high > low) {
    const int64_t address =
        operation_.sram + iy * operation_.row_stride + ix * operation_.pixel_stride + low * element_bytes_;
    widen(address, static_cast<uint32_t>(high - low), out + (low - begin));
  }
  std::fill(out + (high - begin), out + segment.count, int16_t{0});
}

void ActivationGather::widen(int64_t address, uint32_t count, int16_t* out) const {
  const uint8_t* bytes = sram_.at(static_cast<uint64_t>(address), uint64_t{count} * element_bytes_);
  if (operation_.is_16bit) {
    std::memcpy(out, bytes, count * sizeof *out);
  } else if (operation_.is_unsigned) {
    widen_unsigned(bytes, operation_.zero_point, count, out);
  } else {
    widen_signed(reinterpret_cast<const int8_t*>(bytes), operation_.zero_point, count, out);
  }
}

}  // namespace atl::simulator
