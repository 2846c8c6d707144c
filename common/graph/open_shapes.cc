#include "common/graph/open_shapes.h"

#include <algorithm>
#include <set>

#include "common/graph/op_view.h"
#include "common/graph/shapes.h"

namespace atl::graph {
namespace {

bool in_range(const Subgraph& subgraph, const std::vector<int32_t>& indices) {
  return std::all_of(indices.begin(), indices.end(), [&](int32_t index) {
    return index >= kNoTensor && (index < 0 || static_cast<size_t>(index) < subgraph.tensors.size());
  });
}

template <typename Predicate>
bool any_tensor(const Subgraph& subgraph, const std::vector<int32_t>& indices, const Predicate& predicate) {
  return std::any_of(indices.begin(), indices.end(), [&](int32_t index) {
    return index != kNoTensor && predicate(subgraph.tensors[static_cast<size_t>(index)]);
  });
}

bool is_open(const Tensor& tensor) { return tensor.open_shape; }

bool may_be_placeholder(const Tensor& tensor) {
  if (dtype_bits(tensor.type) == 0) return false;  // a resource's shape says nothing
  const Shape& signature = tensor.shape_signature;
  return std::find(signature.begin(), signature.end(), -1) != signature.end() ||
         (tensor.shape.empty() && !tensor.has_rank && !tensor.is_constant());
}

// Some inputs may still be missing or of a wrong rank, which inference reports; then the verifier will too.
bool contradicts(const Subgraph& subgraph, const Op& op, size_t output, const Tensor& stated) {
  const auto shapes = infer_shapes(subgraph, op);
  if (!shapes.ok()) return true;
  if (output >= shapes->size()) return false;
  const auto& inferred = (*shapes)[output];
  if (inferred) return *inferred != stated.shape;
  // Where the shape is computed when the model runs, at least the number of elements must stay.
  const bool moves_all = op.kind == OpKind::kReshape || op.kind == OpKind::kSqueeze;
  if (!moves_all) return may_be_placeholder(stated);
  const Tensor* input = OpView{subgraph, op}.input(0);
  return input == nullptr || checked_num_elements(stated.shape) != checked_num_elements(input->shape);
}

}  // namespace

void set_aside(Op& op, std::string reason) {
  op.kind = OpKind::kUnknown;
  op.attrs = NoAttrs{};
  op.set_aside = std::move(reason);
}

void mark_open_shapes(Subgraph& subgraph, bool inputs_given) {
  std::set<const Tensor*> given;
  for (const int32_t input : subgraph.inputs) {
    const bool exists = input >= 0 && static_cast<size_t>(input) < subgraph.tensors.size();
    if (inputs_given && exists) given.insert(&subgraph.tensors[static_cast<size_t>(input)]);
  }
  const auto is_placeholder = [&](const Tensor& tensor) {
    return !given.contains(&tensor) && may_be_placeholder(tensor);
  };
  for (const Op& op : subgraph.ops) {
    if (op.kind == OpKind::kUnknown || !in_range(subgraph, op.inputs) || !in_range(subgraph, op.outputs)) continue;
    const bool open_input = any_tensor(subgraph, op.inputs, is_open);
    const bool open_signature = any_tensor(subgraph, op.inputs, is_placeholder);
    for (size_t i = 0; i < op.outputs.size(); ++i) {
      if (op.outputs[i] == kNoTensor) continue;
      Tensor& output = subgraph.tensors[static_cast<size_t>(op.outputs[i])];
      const bool placeholder = open_signature || may_be_placeholder(output);
      output.open_shape = open_input || (placeholder && contradicts(subgraph, op, i, output));
    }
  }
}

bool has_open_shape(const Subgraph& subgraph, const Op& op) {
  return any_tensor(subgraph, op.inputs, is_open) || any_tensor(subgraph, op.outputs, is_open);
}

}  // namespace atl::graph
