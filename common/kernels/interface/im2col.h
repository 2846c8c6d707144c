// Convolution as a matrix product: each output pixel becomes a row with everything its window covers.
#pragma once

#include <algorithm>

#include "common/kernels/interface/window.h"

namespace atl::kernels {

// Which channels of the input a row takes: all, or those of one group.
struct ChannelSlice {
  int64_t begin, count;
};

// The values t in [0, kernel) whose tap lies inside the input: first <= t < last.
struct TapRange {
  int64_t first, last;
};
inline TapRange taps_inside(const WindowAxis& axis, int64_t start) {
  const int64_t first = start >= 0 ? 0 : (-start + axis.dilation - 1) / axis.dilation;
  const int64_t last = start >= axis.input ? 0 : (axis.input - start + axis.dilation - 1) / axis.dilation;
  const int64_t clipped_first = std::min(first, axis.kernel);
  return {clipped_first, std::max(std::min(last, axis.kernel), clipped_first)};
}

// One row of kernel_y * kernel_x * slice.count elements, for the output pixel at y, x of image `image` (H W C
// elements). Taps outside the image are Out{}; the others go through widen(source, destination, element count).
template <typename In, typename Out, typename Widen>
void im2col_row(const Window& window, const In* image, ChannelSlice slice, int64_t y, int64_t x, Out* row,
                const Widen& widen) {
  const int64_t start_y = window.y.first(y), start_x = window.x.first(x);
  const TapRange inside_y = taps_inside(window.y, start_y), inside_x = taps_inside(window.x, start_x);
  const int64_t line = window.x.kernel * slice.count;
  const bool contiguous = window.x.dilation == 1 && slice.count == window.in_channels;
  for (int64_t ky = 0; ky < window.y.kernel; ++ky, row += line) {
    if (ky < inside_y.first || ky >= inside_y.last || inside_x.first == inside_x.last) {
      std::fill(row, row + line, Out{});
      continue;
    }
    const In* source = image + (start_y + ky * window.y.dilation) * window.x.input * window.in_channels + slice.begin;
    const auto tap = [&](int64_t kx) { return source + (start_x + kx * window.x.dilation) * window.in_channels; };
    std::fill(row, row + inside_x.first * slice.count, Out{});
    if (contiguous) {
      widen(tap(inside_x.first), row + inside_x.first * slice.count, (inside_x.last - inside_x.first) * slice.count);
    } else {
      for (int64_t kx = inside_x.first; kx < inside_x.last; ++kx) widen(tap(kx), row + kx * slice.count, slice.count);
    }
    std::fill(row + inside_x.last * slice.count, row + line, Out{});
  }
}

// Rows of the output pixels first .. first + count - 1, counted through all images; a row starts every row_stride
// elements.
template <typename In, typename Out, typename Widen>
void im2col(const Window& window, const In* input, ChannelSlice slice, int64_t first, int64_t count, int64_t row_stride,
            Out* rows, const Widen& widen) {
  const int64_t image_size = window.y.input * window.x.input * window.in_channels;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t pixel = first + i;
    const int64_t x = pixel % window.x.output;
    const int64_t y = pixel / window.x.output % window.y.output;
    const int64_t image = pixel / window.x.output / window.y.output;
    im2col_row(window, input + image * image_size, slice, y, x, rows + i * row_stride, widen);
  }
}

}  // namespace atl::kernels
