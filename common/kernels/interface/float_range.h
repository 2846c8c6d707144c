// The interval that a fused activation clamps float32 results to.
#pragma once

#include <limits>

#include "common/kernels/interface/fused_activation.h"

namespace atl::kernels {

// Without bounds of its own an activation still clamps to the finite values, as in the reference: an infinite result
// becomes the largest float32. NaN passes.
struct FloatRange {
  float low = std::numeric_limits<float>::lowest();
  float high = std::numeric_limits<float>::max();

  float clamp(float x) const {
    x = x < low ? low : x;
    return high < x ? high : x;
  }
};

inline Result<FloatRange> float_range(const OpContext& context, graph::Activation activation) {
  ATOLL_ASSIGN(const numerics::ActivationBounds bounds, fused_bounds(context, activation));
  FloatRange range;
  if (bounds.low) range.low = *bounds.low;
  if (bounds.high) range.high = *bounds.high;
  return range;
}

}  // namespace atl::kernels
