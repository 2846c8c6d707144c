// Convolution and pooling written as their definitions, index by index, to compare the kernels with.
#pragma once

#include <functional>

#include "common/graph/model.h"

namespace atl::kernels::test {

struct NaiveWindow {
  graph::Shape in, out;  // N H W C
  int kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w;
  graph::Padding padding;
};

inline int out_extent(graph::Padding padding, int in, int kernel, int stride, int dilation) {
  const int reach = (kernel - 1) * dilation + 1;
  return padding == graph::Padding::kSame ? (in + stride - 1) / stride : (in - reach) / stride + 1;
}

inline int pad_before(graph::Padding padding, int in, int out, int kernel, int stride, int dilation) {
  if (padding == graph::Padding::kValid) return 0;
  const int total = (out - 1) * stride + (kernel - 1) * dilation + 1 - in;
  return total > 0 ? total / 2 : 0;
}

inline size_t offset(const graph::Shape& shape, int n, int y, int x, int c) {
  return static_cast<size_t>(((int64_t{n} * shape[1] + y) * shape[2] + x) * shape[3] + c);
}

// For each output pixel: begin(n, y, x), then tap(n, input y, input x, ky, kx) for every tap inside the image.
inline void for_each_tap(const NaiveWindow& w, const std::function<void(int, int, int)>& begin,
                         const std::function<void(int, int, int, int, int)>& tap) {
  const int before_h = pad_before(w.padding, w.in[1], w.out[1], w.kernel_h, w.stride_h, w.dilation_h);
  const int before_w = pad_before(w.padding, w.in[2], w.out[2], w.kernel_w, w.stride_w, w.dilation_w);
  for (int n = 0; n < w.out[0]; ++n) {
    for (int y = 0; y < w.out[1]; ++y) {
      for (int x = 0; x < w.out[2]; ++x) {
        begin(n, y, x);
        for (int ky = 0; ky < w.kernel_h; ++ky) {
          for (int kx = 0; kx < w.kernel_w; ++kx) {
            const int iy = y * w.stride_h - before_h + ky * w.dilation_h;
            const int ix = x * w.stride_w - before_w + kx * w.dilation_w;
            if (iy >= 0 && iy < w.in[1] && ix >= 0 && ix < w.in[2]) tap(n, iy, ix, ky, kx);
          }
        }
      }
    }
  }
}

}  // namespace atl::kernels::test
