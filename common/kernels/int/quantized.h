// Quantization parameters of operands, and the compile-time element types behind their run-time names.
#pragma once

#include <algorithm>
#include <vector>

#include "common/kernels/interface/number_types.h"
#include "common/kernels/interface/op_context.h"
#include "common/numerics/activation.h"
#include "common/numerics/multiplier.h"

namespace atl::kernels::integer {

struct QuantParams {
  float scale = 1;
  int32_t zero_point = 0;
};

// The one scale and zero point of an operand. kInvalid without one, kUnsupported with several.
Result<QuantParams> input_quant(const OpContext& context, size_t i);
Result<QuantParams> output_quant(const OpContext& context);

// The scales of a weight operand: one, or as many as `channels` along `axis`. kInvalid, kUnsupported.
Result<std::vector<float>> weight_scales(const OpContext& context, size_t i, int32_t axis, int64_t channels);

// The activation's range in the output's quantized domain.
Result<numerics::IntRange> output_range(const OpContext& context, graph::Activation activation);

// Elements along the last axis, at least 1: the rows of softmax and its like.
inline size_t last_extent(const graph::Tensor& tensor) {
  return static_cast<size_t>(tensor.shape.empty() ? 1 : std::max(1, tensor.shape.back()));
}

// The range of an integer type's values.
inline numerics::IntRange type_range(graph::DType type) { return {graph::dtype_min(type), graph::dtype_max(type)}; }

// Calls body(TypeTag<int8_t>()) for kInt8, and so on; int8, uint8, int16 and int32.
template <typename Body>
auto with_integer_type(graph::DType type, const Body& body) {
  switch (type) {
    case graph::DType::kInt8: return body(TypeTag<int8_t>());
    case graph::DType::kUint8: return body(TypeTag<uint8_t>());
    case graph::DType::kInt16: return body(TypeTag<int16_t>());
    default: ATOLL_CHECK(type == graph::DType::kInt32, "{}", graph::dtype_name(type)); return body(TypeTag<int32_t>());
  }
}

}  // namespace atl::kernels::integer
