// Checks of operands that the graph's rules leave to the kernels: recurrent layers have up to 48 of them.
#pragma once

#include <initializer_list>
#include <vector>

#include "common/kernels/interface/op_context.h"

namespace atl::kernels::recurrent {

inline constexpr size_t kAbsent = ~size_t{0};  // a position of no operand

// Input i is there, has one of the types, and this shape. kInvalid.
inline Status expect_input(const OpContext& context, size_t i, const char* what,
                           std::initializer_list<graph::DType> types, const graph::Shape& shape) {
  if (!context.has_input(i)) return context.error(ErrorCode::kInvalid, "it has no {} (input {})", what, i);
  const graph::Tensor& tensor = context.input(i);
  bool type_known = false;
  for (const graph::DType type : types) type_known |= tensor.type == type;
  if (!type_known) {
    return context.error(ErrorCode::kUnsupported, "its {} is {}, which no reference kernel takes here", what,
                         graph::dtype_name(tensor.type));
  }
  if (tensor.shape == shape) return {};
  return context.error(ErrorCode::kInvalid, "its {} has shape {}; {} is needed", what, graph::shape_text(tensor.shape),
                       graph::shape_text(shape));
}

// The scale of an integer input. kInvalid without one.
inline Result<float> input_scale(const OpContext& context, size_t i) {
  const graph::Quantization& quant = context.input(i).quant;
  if (quant.scale.size() == 1) return quant.scale[0];
  return context.error(ErrorCode::kInvalid, "{} has {} scales; one is needed", context.input_label(i),
                       quant.scale.size());
}

inline int32_t zero_point_of(const graph::Tensor& tensor) {
  return tensor.quant.zero_point.empty() ? 0 : static_cast<int32_t>(tensor.quant.zero_point[0]);
}

// Where a run finds the mutable view of state input i: behind the operator's outputs, in the order of its variable
// inputs. The input must be a variable tensor of this type and number of elements. kInvalid.
inline Result<size_t> state_view(const OpContext& context, size_t i, const char* what, graph::DType type,
                                 int64_t elements) {
  if (!context.has_input(i) || !context.input(i).is_variable) {
    return context.error(ErrorCode::kInvalid, "its {} (input {}) is no variable tensor", what, i);
  }
  const graph::Tensor& tensor = context.input(i);
  if (tensor.type != type || graph::num_elements(tensor.shape) != elements) {
    return context.error(ErrorCode::kInvalid, "its {} is {} {}; {} of {} elements is needed", what,
                         graph::dtype_name(tensor.type), graph::shape_text(tensor.shape), graph::dtype_name(type),
                         elements);
  }
  size_t position = context.op().outputs.size();
  for (size_t k = 0; k < i; ++k) position += context.has_input(k) && context.input(k).is_variable;
  return position;
}

}  // namespace atl::kernels::recurrent
