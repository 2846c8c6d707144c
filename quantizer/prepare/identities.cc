#include "quantizer/prepare/identities.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "quantizer/plan/float_operands.h"

namespace atl::quantizer {
namespace {

using graph::kNoTensor;
using graph::OpKind;

// An int32 or int64 constant's values; nothing for another operand.
std::optional<std::vector<int64_t>> integers(const graph::Subgraph& subgraph, const graph::Op& op, size_t position) {
  if (!has_operand(op, position)) return std::nullopt;
  const graph::Tensor& tensor = tensor_at(subgraph, op.inputs[position]);
  if (!tensor.is_constant() || !tensor.plain) return std::nullopt;
  const auto count = static_cast<size_t>(graph::num_elements(tensor.shape));
  std::vector<int64_t> values;
  for (size_t i = 0; i < count; ++i) {
    if (tensor.type == graph::DType::kInt32) {
      int32_t value;
      std::memcpy(&value, &(*tensor.data)[i * sizeof value], sizeof value);
      values.push_back(value);
    } else if (tensor.type == graph::DType::kInt64) {
      int64_t value;
      std::memcpy(&value, &(*tensor.data)[i * sizeof value], sizeof value);
      values.push_back(value);
    } else {
      return std::nullopt;
    }
  }
  return values;
}

bool all_are(const std::optional<std::vector<int64_t>>& values, int64_t wanted) {
  return values && std::all_of(values->begin(), values->end(), [&](int64_t value) { return value == wanted; });
}

bool is_in_order(const std::optional<std::vector<int64_t>>& axes) {
  if (!axes) return false;
  const auto rank = static_cast<int64_t>(axes->size());
  for (int64_t i = 0; i < rank; ++i) {
    const int64_t axis = (*axes)[static_cast<size_t>(i)];
    if (axis != i && axis != i - rank) return false;
  }
  return true;
}

bool is_constant_of(const graph::Subgraph& subgraph, int32_t index, float wanted) {
  const graph::Tensor& tensor = tensor_at(subgraph, index);
  if (!tensor.is_constant() || !tensor.plain || tensor.type != graph::DType::kFloat32) return false;
  const std::vector<float> values = float_values(tensor);
  return std::all_of(values.begin(), values.end(), [&](float value) { return value == wanted; });
}

// The operand of an operator of two that the other one, a constant, leaves as it is.
int32_t beside_neutral(const graph::Subgraph& subgraph, const graph::Op& op, float neutral, bool either) {
  if (is_constant_of(subgraph, op.inputs[1], neutral)) return op.inputs[0];
  return either && is_constant_of(subgraph, op.inputs[0], neutral) ? op.inputs[1] : kNoTensor;
}

bool has_activation(const graph::Op& op) { return fused_activation(op) != graph::Activation::kNone; }

int32_t candidate(const graph::Subgraph& subgraph, const graph::Op& op) {
  const auto first_if = [&](bool holds) { return holds ? op.inputs[0] : kNoTensor; };
  switch (op.kind) {
    case OpKind::kReshape:
    case OpKind::kSqueeze:
    case OpKind::kBroadcastTo: return op.inputs[0];
    case OpKind::kTranspose: return first_if(is_in_order(integers(subgraph, op, 1)));
    case OpKind::kPad:
    case OpKind::kPadV2:
    case OpKind::kMirrorPad: return first_if(all_are(integers(subgraph, op, 1), 0));
    case OpKind::kSlice: return first_if(all_are(integers(subgraph, op, 1), 0));
    case OpKind::kStridedSlice: return first_if(all_are(integers(subgraph, op, 3), 1));
    case OpKind::kTile: return first_if(all_are(integers(subgraph, op, 1), 1));
    case OpKind::kConcatenation: return first_if(op.inputs.size() == 1);
    case OpKind::kSplit: return op.outputs.size() == 1 ? op.inputs[1] : kNoTensor;
    case OpKind::kMul: return beside_neutral(subgraph, op, 1, true);
    case OpKind::kDiv: return beside_neutral(subgraph, op, 1, false);
    case OpKind::kAdd: return beside_neutral(subgraph, op, 0, true);
    case OpKind::kSub: return beside_neutral(subgraph, op, 0, false);
    default: return kNoTensor;
  }
}

}  // namespace

int32_t passed_on(const graph::Subgraph& subgraph, const graph::Op& op) {
  if (op.kind == OpKind::kUnknown || op.outputs.empty() || has_activation(op)) return kNoTensor;
  const int32_t from = candidate(subgraph, op);
  if (from == kNoTensor || !is_activation(subgraph, from) || !is_float32(subgraph, op.outputs[0])) return kNoTensor;
  const graph::Tensor& before = tensor_at(subgraph, from);
  const graph::Tensor& after = tensor_at(subgraph, op.outputs[0]);
  const bool same = before.shape == after.shape && !before.open_shape && !after.open_shape && !before.is_variable;
  return same ? from : kNoTensor;
}

size_t remove_identities(Edits& edits) {
  size_t count = 0;
  for (size_t i = 0; i < edits.subgraph().ops.size(); ++i) {
    if (edits.is_gone(i)) continue;
    const int32_t from = passed_on(edits.subgraph(), edits.subgraph().ops[i]);
    if (from != kNoTensor && edits.bypass(i, from)) ++count;
  }
  return count;
}

}  // namespace atl::quantizer
