#include "compiler/lower/quantization.h"

namespace atl::compiler {

isa::LaneType lane_type(const graph::Tensor& tensor) {
  switch (tensor.type) {
    case graph::DType::kUint8:
    case graph::DType::kBool: return isa::LaneType::kUint8;
    case graph::DType::kInt16: return isa::LaneType::kInt16;
    case graph::DType::kInt32: return isa::LaneType::kInt32;
    default: break;
  }
  ATOLL_CHECK(tensor.type == graph::DType::kInt8, "no lane type for {}", graph::dtype_name(tensor.type));
  return isa::LaneType::kInt8;
}

numerics::IntRange type_range(const graph::Tensor& tensor) {
  switch (lane_type(tensor)) {
    case isa::LaneType::kInt8: return numerics::full_range<int8_t>();
    case isa::LaneType::kUint8: return numerics::full_range<uint8_t>();
    case isa::LaneType::kInt16: return numerics::full_range<int16_t>();
    case isa::LaneType::kInt32: return numerics::full_range<int32_t>();
  }
  ATOLL_CHECK(false);
}

isa::LaneType raw_type(int64_t element_bytes) {
  ATOLL_CHECK(element_bytes == 1 || element_bytes == 2 || element_bytes == 4, "{} bytes", element_bytes);
  return element_bytes == 1 ? isa::LaneType::kInt8 : element_bytes == 2 ? isa::LaneType::kInt16 : isa::LaneType::kInt32;
}

bool is_clamping(graph::Activation activation) {
  return activation == graph::Activation::kNone || activation == graph::Activation::kRelu ||
         activation == graph::Activation::kRelu6 || activation == graph::Activation::kReluN1To1;
}

numerics::ActivationBounds activation_bounds(graph::Activation activation) {
  switch (activation) {
    case graph::Activation::kRelu: return numerics::kRelu;
    case graph::Activation::kRelu6: return numerics::kRelu6;
    case graph::Activation::kReluN1To1: return numerics::kReluN1To1;
    default: return numerics::kNoActivation;
  }
}

numerics::IntRange output_range(const graph::Tensor& tensor, graph::Activation activation) {
  ATOLL_CHECK(is_clamping(activation));
  const QuantParams params = quant_params(tensor);
  return numerics::activation_range(activation_bounds(activation), params.scale, params.zero_point, type_range(tensor));
}

}  // namespace atl::compiler
