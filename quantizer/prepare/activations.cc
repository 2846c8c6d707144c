#include "quantizer/prepare/activations.h"

#include <optional>

#include "quantizer/plan/float_operands.h"

namespace atl::quantizer {
namespace {

using graph::Activation;
using graph::OpKind;

std::optional<Activation> as_activation(OpKind kind) {
  switch (kind) {
    case OpKind::kRelu: return Activation::kRelu;
    case OpKind::kRelu6: return Activation::kRelu6;
    case OpKind::kReluN1To1: return Activation::kReluN1To1;
    default: return std::nullopt;
  }
}

// The place for the fused activation of an operator that can take one and has none; otherwise null.
Activation* free_activation(graph::Op& op) {
  Activation* activation = nullptr;
  if (auto* conv = std::get_if<graph::Conv2DAttrs>(&op.attrs)) activation = &conv->activation;
  if (auto* depthwise = std::get_if<graph::DepthwiseConv2DAttrs>(&op.attrs)) activation = &depthwise->activation;
  if (auto* dense = std::get_if<graph::FullyConnectedAttrs>(&op.attrs)) activation = &dense->activation;
  if (auto* sum = std::get_if<graph::AddAttrs>(&op.attrs)) activation = &sum->activation;
  if (op.kind == OpKind::kMul) activation = &std::get<graph::ActivationAttrs>(op.attrs).activation;
  return activation != nullptr && *activation == Activation::kNone ? activation : nullptr;
}

}  // namespace

size_t fuse_activations(Edits& edits, const CarriedRanges& ranges) {
  size_t count = 0;
  for (size_t i = 0; i < edits.subgraph().ops.size(); ++i) {
    const graph::Op& op = edits.subgraph().ops[i];
    const std::optional<Activation> activation = as_activation(op.kind);
    if (edits.is_gone(i) || !activation || !is_float32(edits.subgraph(), op.inputs[0])) continue;
    const int32_t input = op.inputs[0];
    graph::Op* layer = edits.producer(input);
    Activation* place = layer == nullptr ? nullptr : free_activation(*layer);
    if (place == nullptr || edits.reads(input) != 1 || edits.is_edge(input)) continue;
    if (ranges[static_cast<size_t>(input)]) continue;
    *place = *activation;
    // The layer computes the activation's result from now on; what it computed before is nobody's any more.
    edits.take_over(i, input);
    ++count;
  }
  return count;
}

}  // namespace atl::quantizer
