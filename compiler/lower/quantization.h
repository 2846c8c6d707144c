// What lowering needs of tensors' quantization: parameters, types and activation ranges.
#pragma once

#include "common/graph/op_view.h"
#include "common/numerics/activation.h"
#include "isa/instruction.h"

namespace atl::compiler {

// Of a tensor with one scale.
struct QuantParams {
  float scale = 0;
  int32_t zero_point = 0;
  bool operator==(const QuantParams&) const = default;
};
inline QuantParams quant_params(const graph::Tensor& tensor) {
  const graph::Quantization& quant = tensor.quant;
  ATOLL_CHECK(quant.present());
  return {quant.scale[0], quant.zero_point.empty() ? 0 : static_cast<int32_t>(quant.zero_point[0])};
}

inline bool is_unsigned(const graph::Tensor& tensor) { return tensor.type == graph::DType::kUint8; }
inline bool is_words(const graph::Tensor& tensor) { return tensor.type == graph::DType::kInt16; }
// Of int8, uint8, bool, int16 and int32.
isa::LaneType lane_type(const graph::Tensor& tensor);
numerics::IntRange type_range(const graph::Tensor& tensor);
// The type whose elements are as many bytes: for values that only go to other places.
isa::LaneType raw_type(int64_t element_bytes);

// True for the fused activations that clamp; the others (TANH, SIGN_BIT) have no integer form in the reference.
bool is_clamping(graph::Activation activation);
numerics::ActivationBounds activation_bounds(graph::Activation activation);
// What the activation leaves of the tensor's type.
numerics::IntRange output_range(const graph::Tensor& tensor, graph::Activation activation);

// The weights' scale of an output channel: per tensor or per channel.
inline float weight_scale(const graph::Tensor& weights, int64_t channel) {
  return weights.quant.per_channel() ? weights.quant.scale[static_cast<size_t>(channel)] : weights.quant.scale[0];
}

}  // namespace atl::compiler
