#include "common/graph/cut_op.h"

#include <map>

namespace atl::graph {

Model cut_op(const Subgraph& subgraph, size_t op_index) {
  Model model;
  Subgraph& cut = model.subgraphs.emplace_back();
  cut.name = "main";
  Op op = subgraph.ops[op_index];
  op.shown_index = op.shown_index.value_or(op_index);
  std::map<int32_t, int32_t> moved;
  const auto take = [&](std::vector<int32_t>& operands) {
    for (int32_t& operand : operands) {
      if (operand == kNoTensor) continue;
      const auto [at, is_new] = moved.try_emplace(operand, static_cast<int32_t>(cut.tensors.size()));
      if (is_new) cut.tensors.push_back(subgraph.tensors[static_cast<size_t>(operand)]);
      operand = at->second;
    }
  };
  take(op.inputs);
  for (size_t i = 0; i < cut.tensors.size(); ++i) {
    if (!cut.tensors[i].is_constant() && !cut.tensors[i].is_variable) cut.inputs.push_back(static_cast<int32_t>(i));
  }
  take(op.outputs), take(op.intermediates);
  cut.outputs = op.outputs;
  cut.ops.push_back(std::move(op));
  return model;
}

}  // namespace atl::graph
