// Float values as the integers of a plan. Every round is half away from zero.
#pragma once

#include <span>
#include <vector>

#include "common/graph/model.h"
#include "quantizer/plan/plan.h"

namespace atl::quantizer {

// The bytes of a constant's values:
//   kWeights     q = round(x * (1 / scale[c])), reciprocal and product in float32, within [-127, 127]
//   kBias        q = round(x / scale[c]) in double, within +-INT32_MAX, or +-kLargestWideBias of int64
//   kActivation  q = round(x / scale) + zero_point in double, within [-128, 127], or [-32767, 32767] of int16
// The first is TensorFlow's converter's expression, so that weights agree byte for byte; its biases are products in
// float32 and less exact.
std::vector<uint8_t> quantize_constant(std::span<const float> values, const graph::Shape& shape,
                                       const ConstantPlan& plan);

// A float32 sample as the input of a quantized model: int8, uint8 or int16 by the tensor's scale and zero point.
std::vector<uint8_t> quantize_sample(std::span<const uint8_t> float_bytes, const graph::Tensor& tensor);

}  // namespace atl::quantizer
