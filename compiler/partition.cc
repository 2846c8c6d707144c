#include "compiler/partition.h"

#include <algorithm>

namespace atl::compiler {
namespace {

void add_once(std::vector<int32_t>& list, int32_t value) {
  if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(value);
}

// Inputs of ops that lowering folds into the program (weights, axes, shapes, ...) are constants and cross no border.
void find_borders(const graph::Subgraph& subgraph, SegmentOps& segment) {
  std::vector<bool> made(subgraph.tensors.size(), false), used_outside(subgraph.tensors.size(), false);
  const auto inside = [&](size_t op) {
    return std::binary_search(segment.ops.begin(), segment.ops.end(), static_cast<int32_t>(op));
  };
  for (int32_t tensor : subgraph.outputs) used_outside[static_cast<size_t>(tensor)] = true;
  for (size_t op = 0; op < subgraph.ops.size(); ++op) {
    if (inside(op)) continue;
    for (int32_t tensor : subgraph.ops[op].inputs) {
      if (tensor >= 0) used_outside[static_cast<size_t>(tensor)] = true;
    }
  }
  for (int32_t index : segment.ops) {
    const graph::Op& op = subgraph.ops[index];
    for (int32_t tensor : op.inputs) {
      if (tensor < 0 || made[static_cast<size_t>(tensor)] || subgraph.tensors[tensor].is_constant()) continue;
      add_once(segment.inputs, tensor);
    }
    for (int32_t tensor : op.outputs) {
      made[static_cast<size_t>(tensor)] = true;
      if (used_outside[static_cast<size_t>(tensor)]) add_once(segment.outputs, tensor);
    }
  }
}

}  // namespace

Partition partition(const graph::Subgraph& subgraph, std::vector<std::optional<std::string>> host_reason) {
  Partition result;
  bool open = false;
  for (size_t op = 0; op < subgraph.ops.size(); ++op) {
    if (host_reason[op]) {
      open = false;
      continue;
    }
    if (!open) result.segments.emplace_back();
    open = true;
    result.segments.back().ops.push_back(static_cast<int32_t>(op));
  }
  for (SegmentOps& segment : result.segments) find_borders(subgraph, segment);
  result.host_reason = std::move(host_reason);
  return result;
}

}  // namespace atl::compiler
