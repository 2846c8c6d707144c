// Scale and zero point of a tensor that is quantized as a whole: real = scale * (q - zero_point).
#pragma once

#include <compare>
#include <cstdint>

#include "common/graph/model.h"
#include "quantizer/observe/range.h"

namespace atl::quantizer {

struct AffineParams {
  float scale = 1;
  int32_t zero_point = 0;

  auto operator<=>(const AffineParams&) const = default;
};

graph::Quantization to_quantization(const AffineParams& params);

// int8 over the whole of [-128, 127] for values in `range`, which need not be empty:
//   min = min(range.min, 0), max = max(range.max, 0): zero is always representable;
//   scale = (max - min) / 255 in float32, zero_point = -128 - min / scale, rounded half away, within the type.
// These are the float32 expressions of TensorFlow's converter (its legacy_float_scale, which the converter's own
// post-training quantization uses), so both tools agree on the last bit.
// A range below kSmallestSpan is widened to it, around 0; without any value but 0 the scale is 1 and the zero point 0.
AffineParams asymmetric_int8(const Range& range);

// The span below which TensorFlow's converter takes a range for an accident and widens it (kNearZeroTolerance).
inline constexpr double kSmallestSpan = 1e-6;

// The smallest scale of an int8 ADD's output for operands of these scales. Kernels add in units of max(a, b) / 2^19 and
// have no multiplier of 1 or more to bring the sum to its scale (the reference runtime aborts); int8 operands know
// nothing so fine anyway.
float smallest_sum_scale(float a, float b);

// The parameters that an operator of QuantRule::kFixedOutput gives its int8 output, whatever the data.
AffineParams fixed_output_int8(graph::OpKind kind);

}  // namespace atl::quantizer
