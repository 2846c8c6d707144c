#include "common/graph/dynamic_shapes.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/graph/op_view.h"
#include "common/graph/shapes.h"

namespace atl::graph {
namespace {

bool in_range(const Subgraph& subgraph, const std::vector<int32_t>& indices, int32_t least) {
  return std::all_of(indices.begin(), indices.end(), [&](int32_t index) {
    return index >= least && (index < 0 || static_cast<size_t>(index) < subgraph.tensors.size());
  });
}

// The first of these tensors that has an unknown extent, kNoTensor if none has.
int32_t first_dynamic(const Subgraph& subgraph, const std::vector<int32_t>& indices) {
  for (int32_t index : indices) {
    if (index < 0) continue;
    const Shape& signature = subgraph.tensors[static_cast<size_t>(index)].shape_signature;
    if (std::find(signature.begin(), signature.end(), -1) != signature.end()) return index;
  }
  return kNoTensor;
}

// Some inputs may still be missing or of a wrong rank, which inference reports; then the verifier will too.
bool shapes_contradict(const Subgraph& subgraph, const Op& op) {
  const auto shapes = infer_shapes(subgraph, op);
  if (!shapes.ok()) return true;
  for (size_t i = 0; i < std::min(shapes->size(), op.outputs.size()); ++i) {
    const Shape& stated = subgraph.tensors[static_cast<size_t>(op.outputs[i])].shape;
    const auto& inferred = (*shapes)[i];
    if (inferred && *inferred != stated) return true;
    // Where the shape is computed when the model runs, at least the number of elements must stay.
    const bool moves_all = op.kind == OpKind::kReshape || op.kind == OpKind::kSqueeze;
    if (moves_all && op.inputs[0] >= 0 &&
        checked_num_elements(stated) !=
            checked_num_elements(subgraph.tensors[static_cast<size_t>(op.inputs[0])].shape)) {
      return true;
    }
  }
  return false;
}

}  // namespace

void set_aside(Op& op, std::string reason) {
  op.kind = OpKind::kUnknown;
  op.attrs = NoAttrs{};
  op.set_aside = std::move(reason);
}

std::vector<std::string> set_aside_dynamic_ops(Subgraph& subgraph) {
  std::vector<std::string> warnings;
  for (size_t i = 0; i < subgraph.ops.size(); ++i) {
    Op& op = subgraph.ops[i];
    if (op.kind == OpKind::kUnknown || op.inputs.empty()) continue;
    if (!in_range(subgraph, op.inputs, kNoTensor) || !in_range(subgraph, op.outputs, 0)) continue;
    int32_t dynamic = first_dynamic(subgraph, op.inputs);
    if (dynamic == kNoTensor) dynamic = first_dynamic(subgraph, op.outputs);
    if (dynamic == kNoTensor || !shapes_contradict(subgraph, op)) continue;
    const std::string label = op_label(subgraph, i);
    set_aside(op, fmt::format("has {}, whose shape is known only when the model runs",
                              tensor_label(subgraph, static_cast<size_t>(dynamic))));
    warnings.push_back(fmt::format("{} {}; it is kept but can't be run", label, op.set_aside));
  }
  return warnings;
}

}  // namespace atl::graph
