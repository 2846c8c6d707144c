// Sliding windows over height and width: which input rows and columns an output pixel reads.
//
// Along one axis, with input extent I, output extent O, stride s, kernel k, dilation d:
//   SAME  pads max(0, (O-1)*s + (k-1)*d + 1 - I) in total, the smaller half before;  VALID pads nothing
//   tap t of output o reads o*s - before + t*d; taps outside [0, I) are left out.
#pragma once

#include <algorithm>
#include <cstdint>

#include "common/base/check.h"
#include "common/graph/model.h"

namespace atl::kernels {

struct WindowAxis {
  int64_t input = 0, output = 0;  // extents
  int64_t stride = 1, kernel = 1, dilation = 1;
  int64_t before = 0;  // padding in front

  // Where the first tap of an output lies, perhaps in the padding.
  int64_t first(int64_t out) const { return out * stride - before; }
};

inline WindowAxis make_window_axis(graph::Padding padding, WindowAxis axis) {
  if (padding == graph::Padding::kValid) return axis;
  const int64_t reach = (axis.output - 1) * axis.stride + (axis.kernel - 1) * axis.dilation + 1;
  axis.before = std::max<int64_t>(0, reach - axis.input) / 2;
  return axis;
}

// N H W C extents of input and output, and the two axes.
struct Window {
  int64_t batch = 0;
  WindowAxis y, x;
  int64_t in_channels = 0, out_channels = 0;
};

struct WindowSteps {
  int32_t stride_h, stride_w, kernel_h, kernel_w, dilation_h, dilation_w;
};

inline Window make_window(const graph::Tensor& input, const graph::Tensor& output, graph::Padding padding,
                          const WindowSteps& steps) {
  ATOLL_CHECK(input.shape.size() == 4 && output.shape.size() == 4, "a window needs N H W C tensors");
  Window window;
  window.batch = input.shape[0];
  window.y =
      make_window_axis(padding, {input.shape[1], output.shape[1], steps.stride_h, steps.kernel_h, steps.dilation_h, 0});
  window.x =
      make_window_axis(padding, {input.shape[2], output.shape[2], steps.stride_w, steps.kernel_w, steps.dilation_w, 0});
  window.in_channels = input.shape[3];
  window.out_channels = output.shape[3];
  return window;
}

// Whether output pixel i sees input pixel i alone, with one tap.
inline bool is_pointwise(const Window& window) {
  const auto plain = [](const WindowAxis& axis) {
    return axis.kernel == 1 && axis.stride == 1 && axis.before == 0 && axis.input == axis.output;
  };
  return plain(window.y) && plain(window.x);
}

}  // namespace atl::kernels
