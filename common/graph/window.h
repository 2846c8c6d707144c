// The sliding window of convolutions and poolings along one spatial axis.
#pragma once

#include <cstdint>

#include "common/base/result.h"
#include "common/graph/attributes.h"

namespace atl::graph {

struct WindowAxis {
  int32_t output = 0;      // positions of the window
  int32_t pad_before = 0;  // elements of padding in front of the input; those behind follow from the rest
};

// Positions of a window of `filter` taps, `dilation` apart, moving by `stride` over `input` elements (all >= 1).
// SAME: output = ceil(input / stride), padding max(0, (output - 1) * stride + (filter - 1) * dilation + 1 - input), the
// smaller half in front. VALID: only whole windows, no padding. Source: TensorFlow's definition of SAME and VALID.
// kInvalid when a VALID window does not fit.
Result<WindowAxis> window_axis(Padding padding, int32_t input, int32_t filter, int32_t stride, int32_t dilation);

}  // namespace atl::graph
