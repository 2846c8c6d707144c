// The walk of a bilinear resize: every output pixel lies between two rows and two columns of the input.
#pragma once

#include <vector>

#include "common/graph/model.h"

namespace atl::kernels {

// Calls blend(row above, row below, row taps, column taps, channels, output pixel) for each pixel in order. `Taps` has
// members low and high: the two rows or columns of the input. `in` is N H W C.
template <typename T, typename Taps, typename Blend>
void blend_pixels(const graph::Shape& in, const std::vector<Taps>& rows, const std::vector<Taps>& columns,
                  const T* from, T* to, const Blend& blend) {
  const int64_t pixel = in[3], line = in[2] * pixel, image = in[1] * line;
  for (int32_t n = 0; n < in[0]; ++n, from += image) {
    for (const Taps& y : rows) {
      for (const Taps& x : columns) {
        blend(from + y.low * line, from + y.high * line, y, x, pixel, to);
        to += pixel;
      }
    }
  }
}

}  // namespace atl::kernels
