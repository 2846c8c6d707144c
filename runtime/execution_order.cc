#include "runtime/execution_order.h"

namespace atl::runtime {

std::vector<int32_t> producers(const graph::Subgraph& subgraph) {
  std::vector<int32_t> result(subgraph.tensors.size(), -1);
  for (size_t i = 0; i < subgraph.ops.size(); ++i) {
    for (const int32_t tensor : subgraph.ops[i].outputs) {
      if (tensor != graph::kNoTensor) result[static_cast<size_t>(tensor)] = static_cast<int32_t>(i);
    }
  }
  return result;
}

std::vector<size_t> execution_order(const graph::Subgraph& subgraph) {
  std::vector<size_t> order;
  std::vector<bool> listed(subgraph.tensors.size(), false);
  const auto list = [&](const std::vector<int32_t>& tensors) {
    for (const int32_t tensor : tensors) {
      if (tensor == graph::kNoTensor || listed[static_cast<size_t>(tensor)]) continue;
      listed[static_cast<size_t>(tensor)] = true;
      order.push_back(static_cast<size_t>(tensor));
    }
  };
  list(subgraph.inputs);
  for (const graph::Op& op : subgraph.ops) list(op.outputs);
  return order;
}

}  // namespace atl::runtime
