#include "quantizer/prepare/linear_folding.h"

#include <algorithm>
#include <cmath>

#include "common/base/check.h"
#include "quantizer/plan/float_operands.h"
#include "quantizer/plan/weight_scales.h"

namespace atl::quantizer {
namespace {

using graph::Activation;
using graph::kNoTensor;
using graph::OpKind;

// y = factor x + term, one of each a channel.
struct Linear {
  std::vector<float> factor, term;
  bool divides = false;  // y = x / factor
};

std::optional<OpKind> operator_of(Activation activation) {
  switch (activation) {
    case Activation::kRelu: return OpKind::kRelu;
    case Activation::kRelu6: return OpKind::kRelu6;
    case Activation::kReluN1To1: return OpKind::kReluN1To1;
    default: return std::nullopt;
  }
}

bool is_layer(const graph::Op& op) {
  return op.kind != OpKind::kUnknown && rule_of(op) == graph::QuantRule::kWeighted && op.outputs.size() == 1;
}

bool is_plain_constant(const graph::Subgraph& subgraph, int32_t index) {
  return is_float32(subgraph, index) && tensor_at(subgraph, index).is_constant() && tensor_at(subgraph, index).plain;
}

// A constant as one value a channel of the last axis; nothing if it varies along another one.
std::optional<std::vector<float>> per_channel(const graph::Tensor& constant, size_t channels) {
  const std::vector<float> values = float_values(constant);
  if (values.size() == 1) return std::vector<float>(channels, values[0]);
  if (values.size() != channels || static_cast<size_t>(constant.shape.back()) != channels) return std::nullopt;
  return values;
}

class Folder {
 public:
  Folder(Edits& edits, const CarriedRanges& ranges) : edits_(edits), ranges_(ranges) {}

  bool fold(size_t index) {
    graph::Op& op = edits_.subgraph().ops[index];
    if (op.kind != OpKind::kMul && op.kind != OpKind::kDiv && op.kind != OpKind::kAdd && op.kind != OpKind::kSub) {
      return false;
    }
    const bool second = is_plain_constant(edits_.subgraph(), op.inputs[1]);  // the constant is
    if (!second && (op.kind == OpKind::kDiv || !is_plain_constant(edits_.subgraph(), op.inputs[0]))) return false;
    const int32_t result = op.inputs[second ? 0 : 1], constant = op.inputs[second ? 1 : 0];
    graph::Op* layer = edits_.producer(result);
    if (layer == nullptr || !can_change(*layer, result) || !same_shape(result, op.outputs[0])) return false;
    const graph::Tensor& out = edits_.tensor(result);
    const auto values = per_channel(edits_.tensor(constant), static_cast<size_t>(out.shape.back()));
    if (!values || !apply(*layer, linear(op, *values, second))) return false;
    leave_activation(index, result);
    return true;
  }

 private:
  bool can_change(const graph::Op& layer, int32_t result) const {
    if (!is_layer(layer) || fused_activation(layer) != Activation::kNone) return false;
    if (edits_.reads(result) != 1 || edits_.is_edge(result) || carried(result)) return false;
    const WeightedOperands at = weighted_operands(layer.kind);
    const graph::Subgraph& subgraph = edits_.subgraph();
    return is_plain_constant(subgraph, layer.inputs[at.weights]) &&
           (!has_operand(layer, at.bias) || is_plain_constant(subgraph, layer.inputs[at.bias]));
  }
  bool carried(int32_t tensor) const {
    return static_cast<size_t>(tensor) < ranges_.size() && ranges_[static_cast<size_t>(tensor)].has_value();
  }
  bool same_shape(int32_t a, int32_t b) const {
    return edits_.tensor(a).shape == edits_.tensor(b).shape && !edits_.tensor(a).shape.empty();
  }

  static Linear linear(const graph::Op& op, const std::vector<float>& values, bool second) {
    if (op.kind == OpKind::kMul || op.kind == OpKind::kDiv) return {values, {}, op.kind == OpKind::kDiv};
    if (op.kind == OpKind::kAdd) return {{}, values};
    if (!second) return {std::vector<float>(values.size(), -1.0f), values};
    Linear minus{{}, values};
    for (float& value : minus.term) value = -value;
    return minus;
  }

  // Weights and bias of the layer with `how` behind it. False, and no change, if a value would not be finite.
  bool apply(graph::Op& layer, const Linear& how) {
    const WeightedOperands at = weighted_operands(layer.kind);
    const graph::Tensor weights = edits_.tensor(layer.inputs[at.weights]);
    if (!how.factor.empty() && carried(layer.inputs[at.weights])) return false;
    const size_t channels = std::max(how.factor.size(), how.term.size());
    const auto axis = static_cast<size_t>(channel_axis(layer.kind));
    if (static_cast<size_t>(weights.shape[axis]) != channels) return false;

    std::vector<float> w = float_values(weights), b(channels, 0);
    if (has_operand(layer, at.bias)) b = float_values(edits_.tensor(layer.inputs[at.bias]));
    if (b.size() != channels) return false;
    size_t inner = 1;
    for (size_t i = axis + 1; i < weights.shape.size(); ++i) inner *= static_cast<size_t>(weights.shape[i]);
    const auto scaled = [&](float x, size_t c) { return how.divides ? x / how.factor[c] : x * how.factor[c]; };
    if (!how.factor.empty()) {
      for (size_t i = 0; i < w.size(); ++i) w[i] = scaled(w[i], i / inner % channels);
      for (size_t c = 0; c < channels; ++c) b[c] = scaled(b[c], c);
    }
    for (size_t c = 0; c < how.term.size(); ++c) b[c] += how.term[c];
    const auto finite = [](float x) { return std::isfinite(x); };
    if (!std::all_of(w.begin(), w.end(), finite) || !std::all_of(b.begin(), b.end(), finite)) return false;

    if (!how.factor.empty()) replace(layer, at.weights, w);
    if (!how.term.empty() || has_operand(layer, at.bias)) replace_bias(layer, at.bias, b);
    return true;
  }

  // In place, unless others read the constant too.
  void replace(graph::Op& layer, size_t position, const std::vector<float>& values) {
    const int32_t index = layer.inputs[position];
    const graph::Tensor& before = edits_.tensor(index);
    graph::Tensor tensor = float_constant(edits_.subgraph(), before.name, before.shape, values);
    if (edits_.reads(index) > 1 || edits_.is_edge(index)) {
      edits_.set_input(layer, position, edits_.add_constant(std::move(tensor)));
    } else {
      edits_.tensor(index).data = tensor.data;
    }
  }
  void replace_bias(graph::Op& layer, size_t position, const std::vector<float>& values) {
    if (has_operand(layer, position)) {
      replace(layer, position, values);
      return;
    }
    layer.version = 0;  // a bias can ask for a later one
    const std::string name = edits_.tensor(layer.outputs[0]).name + "_bias";
    const auto count = static_cast<int32_t>(values.size());
    edits_.set_input(layer, position, edits_.add_constant(float_constant(edits_.subgraph(), name, {count}, values)));
  }

  // The operator, now without a task, vanishes or becomes its activation.
  void leave_activation(size_t index, int32_t result) {
    graph::Op& op = edits_.subgraph().ops[index];
    if (const std::optional<OpKind> kind = operator_of(fused_activation(op))) {
      edits_.become(op, *kind, result);
    } else {
      ATOLL_CHECK(edits_.bypass(index, result), "{} has a layer before it", op_name(op));
    }
  }

  Edits& edits_;
  const CarriedRanges& ranges_;
};

}  // namespace

size_t fold_linear(Edits& edits, const CarriedRanges& ranges) {
  size_t count = 0;
  Folder folder(edits, ranges);
  for (size_t i = 0; i < edits.subgraph().ops.size(); ++i) {
    if (!edits.is_gone(i) && folder.fold(i)) ++count;
  }
  return count;
}

}  // namespace atl::quantizer
