// Which operands of a float model quantization is about.
#pragma once

#include <cstdint>
#include <vector>

#include "common/graph/model.h"

namespace atl::quantizer {

inline const graph::Tensor& tensor_at(const graph::Subgraph& subgraph, int32_t index) {
  return subgraph.tensors[static_cast<size_t>(index)];
}

inline bool is_float32(const graph::Subgraph& subgraph, int32_t index) {
  return index != graph::kNoTensor && tensor_at(subgraph, index).type == graph::DType::kFloat32;
}

// A float32 tensor that the model computes or is given.
inline bool is_activation(const graph::Subgraph& subgraph, int32_t index) {
  return is_float32(subgraph, index) && !tensor_at(subgraph, index).is_constant();
}

// Positions of an operator's float32 inputs, constants included. Not the states of recurrent operators, which are
// theirs alone (recurrent.h).
std::vector<size_t> float_inputs(const graph::Subgraph& subgraph, const graph::Op& op);

// An operator with a float32 operand; others (arithmetic on shapes, say) are left as they are.
inline bool computes_in_float(const graph::Subgraph& subgraph, const graph::Op& op) {
  if (!float_inputs(subgraph, op).empty()) return true;
  for (int32_t output : op.outputs) {
    if (is_float32(subgraph, output)) return true;
  }
  return false;
}

inline graph::QuantRule rule_of(const graph::Op& op) { return graph::op_info(op.kind).rule; }

// Where an operator of QuantRule::kWeighted has its operands; TRANSPOSE_CONV begins with the output's shape.
struct WeightedOperands {
  size_t input = 0, weights = 1, bias = 2;
};
inline WeightedOperands weighted_operands(graph::OpKind kind) {
  return kind == graph::OpKind::kTransposeConv ? WeightedOperands{2, 1, 3} : WeightedOperands{};
}

inline bool has_operand(const graph::Op& op, size_t position) {
  return position < op.inputs.size() && op.inputs[position] != graph::kNoTensor;
}

// What an operator's attributes say is applied to its result; none where they can't say.
graph::Activation fused_activation(const graph::Op& op);

// A PRELU whose alpha is a constant: quantized like weights, in one scale for all.
inline bool has_constant_alpha(const graph::Subgraph& subgraph, const graph::Op& op) {
  return op.kind == graph::OpKind::kPrelu && tensor_at(subgraph, op.inputs[1]).is_constant();
}

// The values of a float32 constant.
std::vector<float> float_values(const graph::Tensor& tensor);

}  // namespace atl::quantizer
