// The building blocks of the operand rules. Messages do not name the operator.
#pragma once

#include <initializer_list>
#include <span>
#include <string>

#include "common/base/result.h"
#include "common/graph/op_view.h"

namespace atl::graph {

// Between `least` and `most` inputs, this many outputs; outputs and the first `needed` inputs are not left out.
Status check_counts(const OpView& op, size_t least, size_t most, size_t needed, size_t outputs = 1);

// One row of an operator's table of types: input, weights, bias (anything when the bias is left out), output.
struct WeightedTypes {
  DType input, weights, bias, output;
};
Status check_weighted_types(const OpView& op, std::span<const WeightedTypes> table);

// The input and the output have one type, from this list (any type when the list is empty).
Status check_one_type(const OpView& op, std::initializer_list<DType> types);

// One of these pairs of input and output type.
struct TypePair {
  DType input, output;
};
Status check_type_pair(const OpView& op, std::span<const TypePair> table);

// The tensor has one scale and zero point. `what` names it in the message.
Status check_per_tensor(const Tensor& tensor, const char* what);
// int16 is quantized symmetrically: zero point 0 (nothing to check for other types or without quantization).
Status check_symmetric_int16(const Tensor& tensor, const char* what);
// check_per_tensor and check_symmetric_int16 of input 0 and output 0, if these are quantized activations.
Status check_quantized_ends(const OpView& op);
// An input that steers the operator (axes, paddings) has one of these types.
Status check_control_type(const Tensor& tensor, const char* what, std::initializer_list<DType> types);
// None of the operands has an extent of 0: no kernel of the format makes sense of it.
Status check_not_empty(const OpView& op);

}  // namespace atl::graph
