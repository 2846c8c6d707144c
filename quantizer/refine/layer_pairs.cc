#include "quantizer/refine/layer_pairs.h"

#include <algorithm>
#include <optional>

#include "quantizer/plan/float_operands.h"

namespace atl::quantizer {
namespace {

using graph::Activation;
using graph::kNoTensor;
using graph::OpKind;

class Finder {
 public:
  Finder(const graph::Subgraph& subgraph, const CarriedRanges& ranges)
      : subgraph_(subgraph), ranges_(ranges), reads_(subgraph.tensors.size(), 0), reader_(subgraph.tensors.size(), 0) {
    for (size_t i = 0; i < subgraph.ops.size(); ++i) {
      for (const int32_t input : subgraph.ops[i].inputs) {
        if (input == kNoTensor) continue;
        ++reads_[static_cast<size_t>(input)];
        reader_[static_cast<size_t>(input)] = i;
      }
    }
    for (const int32_t output : subgraph.outputs) reads_[static_cast<size_t>(output)] += 2;  // somebody else
  }

  std::optional<LayerPair> from(size_t first) const {
    const graph::Op& op = subgraph_.ops[first];
    const Activation activation = fused_activation(op);
    if (!is_layer(op) || activation == Activation::kReluN1To1) return std::nullopt;
    LayerPair pair{first, 0, op.outputs[0], tensor_at(subgraph_, op.outputs[0]).shape.back(),
                   activation == Activation::kRelu6};
    int32_t tensor = op.outputs[0];
    while (true) {
      if (!is_passed_alone(tensor, pair.channels)) return std::nullopt;
      pair.second = reader_[static_cast<size_t>(tensor)];
      const graph::Op& reader = subgraph_.ops[pair.second];
      if (is_layer(reader)) break;
      if (!passes_scales(reader, tensor)) return std::nullopt;
      tensor = reader.outputs[0];
    }
    return takes(subgraph_.ops[pair.second], tensor, pair.channels) ? std::optional(pair) : std::nullopt;
  }

 private:
  bool is_own_constant(int32_t index) const {
    return is_float32(subgraph_, index) && tensor_at(subgraph_, index).is_constant() &&
           tensor_at(subgraph_, index).plain && reads_[static_cast<size_t>(index)] == 1 &&
           !ranges_[static_cast<size_t>(index)];
  }
  bool is_layer(const graph::Op& op) const {
    if (op.kind != OpKind::kConv2D && op.kind != OpKind::kDepthwiseConv2D && op.kind != OpKind::kFullyConnected) {
      return false;
    }
    const WeightedOperands at = weighted_operands(op.kind);
    return is_own_constant(op.inputs[at.weights]) && (!has_operand(op, at.bias) || is_own_constant(op.inputs[at.bias]));
  }
  bool is_passed_alone(int32_t index, int32_t channels) const {
    const auto t = static_cast<size_t>(index);
    const graph::Shape& shape = subgraph_.tensors[t].shape;
    return reads_[t] == 1 && !ranges_[t] && is_activation(subgraph_, index) && !shape.empty() &&
           shape.back() == channels;
  }
  // The operator gives f(s x) = s f(x) for a channel x and s > 0.
  bool passes_scales(const graph::Op& op, int32_t data) const {
    if (op.inputs[0] != data) return false;
    const Activation activation = fused_activation(op);
    if (activation != Activation::kNone && activation != Activation::kRelu) return false;
    switch (op.kind) {
      case OpKind::kRelu:
      case OpKind::kLeakyRelu:
      case OpKind::kMaxPool2D:
      case OpKind::kAveragePool2D: return true;
      case OpKind::kPrelu: return tensor_at(subgraph_, op.inputs[1]).is_constant();
      case OpKind::kPad: {  // not of channels: those it adds would count as others
        return tensor_at(subgraph_, op.inputs[0]).shape.back() == tensor_at(subgraph_, op.outputs[0]).shape.back();
      }
      case OpKind::kMean: return tensor_at(subgraph_, op.inputs[0]).shape.size() == 4 && keeps_channels(op);
      default: return false;
    }
  }
  // A mean whose result still has the channels last, and not the width in their place.
  bool keeps_channels(const graph::Op& op) const {
    const graph::Shape& before = tensor_at(subgraph_, op.inputs[0]).shape;
    const graph::Shape& after = tensor_at(subgraph_, op.outputs[0]).shape;
    return graph::num_elements(after) == int64_t{before[0]} * before[3] && after.back() == before[3] &&
           (before[3] > 1 || graph::num_elements(after) > 0);
  }
  bool takes(const graph::Op& layer, int32_t data, int32_t channels) const {
    const WeightedOperands at = weighted_operands(layer.kind);
    if (layer.inputs[at.input] != data) return false;
    const graph::Shape& weights = tensor_at(subgraph_, layer.inputs[at.weights]).shape;
    if (layer.kind == OpKind::kFullyConnected) return weights[1] == channels;
    return layer.kind == OpKind::kDepthwiseConv2D ? weights[3] % channels == 0 : weights[3] == channels;
  }

  const graph::Subgraph& subgraph_;
  const CarriedRanges& ranges_;
  std::vector<int> reads_;
  std::vector<size_t> reader_;
};

}  // namespace

std::vector<LayerPair> find_layer_pairs(const graph::Subgraph& subgraph, const CarriedRanges& ranges) {
  std::vector<LayerPair> pairs;
  const Finder finder(subgraph, ranges);
  for (size_t i = 0; i < subgraph.ops.size(); ++i) {
    if (const auto pair = finder.from(i)) pairs.push_back(*pair);
  }
  return pairs;
}

}  // namespace atl::quantizer
