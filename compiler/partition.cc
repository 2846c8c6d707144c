#include "compiler/partition.h"

#include <algorithm>

#include "common/graph/control_flow.h"

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

bool has_side_effects(const graph::Subgraph& subgraph, const graph::Op& op) {
  if (graph::is_control_flow(op.kind)) return true;
  return std::any_of(op.inputs.begin(), op.inputs.end(), [&](int32_t tensor) {
    return tensor >= 0 && subgraph.tensors[static_cast<size_t>(tensor)].is_variable;
  });
}

// By op: the earlier ops that must have run before it.
std::vector<std::vector<int32_t>> dependences(const graph::Subgraph& subgraph) {
  std::vector<int32_t> maker(subgraph.tensors.size(), -1);
  std::vector<std::vector<int32_t>> needed(subgraph.ops.size());
  int32_t last_effect = -1;
  for (size_t i = 0; i < subgraph.ops.size(); ++i) {
    const graph::Op& op = subgraph.ops[i];
    for (int32_t tensor : op.inputs) {
      if (tensor >= 0 && maker[static_cast<size_t>(tensor)] >= 0)
        needed[i].push_back(maker[static_cast<size_t>(tensor)]);
    }
    if (has_side_effects(subgraph, op)) {
      if (last_effect >= 0) needed[i].push_back(last_effect);
      last_effect = static_cast<int32_t>(i);
    }
    for (int32_t tensor : op.outputs) {
      if (tensor >= 0) maker[static_cast<size_t>(tensor)] = static_cast<int32_t>(i);
    }
  }
  return needed;
}

// The stage of each op if stages are in turns of the host and of the accelerator, from `first_on_host` on: the earliest
// of its side that what it needs allows. Stages count from 0.
std::vector<int32_t> stages(const std::vector<std::vector<int32_t>>& needed, const std::vector<bool>& on_host,
                            bool first_on_host) {
  std::vector<int32_t> stage(needed.size(), 0);
  for (size_t i = 0; i < needed.size(); ++i) {
    const int32_t parity = on_host[i] == first_on_host ? 0 : 1;
    int32_t earliest = parity;
    for (int32_t before : needed[i]) earliest = std::max(earliest, stage[static_cast<size_t>(before)]);
    stage[i] = earliest % 2 == parity ? earliest : earliest + 1;
  }
  return stage;
}

int32_t count_segments(const std::vector<int32_t>& stage, const std::vector<bool>& on_host) {
  std::vector<int32_t> used;
  for (size_t i = 0; i < stage.size(); ++i) {
    if (!on_host[i]) add_once(used, stage[i]);
  }
  return static_cast<int32_t>(used.size());
}

}  // namespace

Partition partition(const graph::Subgraph& subgraph, std::vector<std::optional<std::string>> host_reason) {
  const auto needed = dependences(subgraph);
  std::vector<bool> on_host;
  for (const auto& reason : host_reason) on_host.push_back(reason.has_value());
  std::vector<int32_t> stage = stages(needed, on_host, true);
  const std::vector<int32_t> other = stages(needed, on_host, false);
  if (count_segments(other, on_host) < count_segments(stage, on_host)) stage = other;

  Partition result;
  const int32_t last = stage.empty() ? -1 : *std::max_element(stage.begin(), stage.end());
  for (int32_t turn = 0; turn <= last; ++turn) {
    SegmentOps segment;
    for (size_t i = 0; i < stage.size(); ++i) {
      if (stage[i] != turn) continue;
      if (on_host[i]) {
        result.steps.push_back({static_cast<int32_t>(i), -1});
      } else {
        segment.ops.push_back(static_cast<int32_t>(i));
      }
    }
    if (segment.ops.empty()) continue;
    result.steps.push_back({-1, static_cast<int32_t>(result.segments.size())});
    result.segments.push_back(std::move(segment));
  }
  for (SegmentOps& segment : result.segments) find_borders(subgraph, segment);
  result.host_reason = std::move(host_reason);
  return result;
}

}  // namespace atl::compiler
