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

// What an activation's values are: float32, or integers of a type with these parameters.
struct Form {
  graph::DType type = graph::DType::kFloat32;
  AffineParams params;  // of integers

  auto operator<=>(const Form&) const = default;
};

// int8 over the whole of [-128, 127] for values in `range`, which need not be empty:
//   min = min(range.min, 0), max = max(range.max, 0): zero is always representable;
//   scale = (max - min) / 255 in float32, zero_point = -128 - min / scale, rounded half away, within the type.
// These are the float32 expressions of TensorFlow's converter (its legacy_float_scale, which the converter's own
// post-training quantization uses), so both tools agree on the last bit.
// A range below kSmallestSpan is widened to it, around 0; without any value but 0 the scale is 1 and the zero point 0.
AffineParams asymmetric_int8(const Range& range);

// int16 over [-32767, 32767] for values in `range`: scale = max(|min|, |max|) / 32767 in float32, zero point 0; with
// less than kSmallestSpan / 2 on either side as asymmetric_int8. Source: GetSymmetricQuantizationParams in
// quantization_utils.cc of LiteRT's tools/optimize, by which TensorFlow's converter makes its 16x8 models.
AffineParams symmetric_int16(const Range& range);

// The one of the two for activations of that type, int8 or int16.
AffineParams activation_params(graph::DType type, const Range& range);

// The span below which TensorFlow's converter takes a range for an accident and widens it (kNearZeroTolerance).
inline constexpr double kSmallestSpan = 1e-6;

// The smallest scale of an ADD's output for operands of these scales. Kernels add in units of max(a, b) / 2^19 (int8)
// or max(a, b) / 2^14 (int16) and have no multiplier of 1 or more to bring the sum to its scale (the reference runtime
// aborts); int8 operands know nothing so fine anyway.
float smallest_sum_scale(graph::DType type, float a, float b);

// The same for outputs that are clamped to `bound`: its integer must be one of 32 bits, or kernels refuse the model.
float smallest_clamped_scale(float bound);

// The same for HARD_SWISH, whose kernels hold the input in 128 times finer steps and can only make them coarser.
float smallest_hard_swish_scale(float input);

// The parameters that an operator of QuantRule::kFixedOutput gives its output of that type, whatever the data.
AffineParams fixed_output(graph::OpKind kind, graph::DType type);

}  // namespace atl::quantizer
