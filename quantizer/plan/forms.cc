#include "quantizer/plan/forms.h"

#include "common/base/check.h"
#include "quantizer/plan/float_operands.h"

namespace atl::quantizer {
namespace {

using graph::DType;

// The types that operators read a tensor in.
struct Wanted {
  bool is_float = false, is_int8 = false, is_int16 = false;

  void add(DType type) {
    is_float = is_float || type == DType::kFloat32;
    is_int8 = is_int8 || type == DType::kInt8;
    is_int16 = is_int16 || type == DType::kInt16;
  }
};

DType type_of_input(DType edge, const Wanted& wanted) {
  if (edge == DType::kUint8) {
    return wanted.is_float && !wanted.is_int8 && !wanted.is_int16 ? DType::kFloat32 : DType::kInt8;
  }
  if (edge != DType::kFloat32 || wanted.is_float || wanted.is_int8 == wanted.is_int16) return edge;
  return wanted.is_int8 ? DType::kInt8 : DType::kInt16;
}

}  // namespace

Forms find_forms(const graph::Subgraph& subgraph, const std::vector<OpChoice>& choices, const EdgeTypes& edges) {
  ATOLL_CHECK(choices.size() == subgraph.ops.size(), "{} choices", choices.size());
  Forms forms;
  forms.edges = edges;
  forms.own.resize(subgraph.tensors.size());
  std::vector<Wanted> wanted(subgraph.tensors.size());
  for (size_t t = 0; t < subgraph.tensors.size(); ++t) {
    if (is_activation(subgraph, static_cast<int32_t>(t))) forms.own[t] = DType::kFloat32;
  }
  for (size_t i = 0; i < subgraph.ops.size(); ++i) {
    const graph::Op& op = subgraph.ops[i];
    const DType type = computes_in_float(subgraph, op) ? activation_type(choices[i].precision) : graph::DType::kFloat32;
    forms.of_op.push_back(type);
    for (size_t k : float_inputs(subgraph, op)) wanted[static_cast<size_t>(op.inputs[k])].add(type);
    for (int32_t output : op.outputs) {
      if (is_activation(subgraph, output)) forms.own[static_cast<size_t>(output)] = type;
    }
  }
  for (int32_t input : subgraph.inputs) {
    const auto t = static_cast<size_t>(input);
    if (is_activation(subgraph, input)) forms.own[t] = type_of_input(edges.input, wanted[t]);
  }
  return forms;
}

}  // namespace atl::quantizer
