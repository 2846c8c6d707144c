#include "quantizer/rewrite/simplify.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "common/numerics/half.h"
#include "quantizer/plan/float_operands.h"
#include "quantizer/plan/quantizable.h"

namespace atl::quantizer {
namespace {

using graph::Activation;
using graph::Op;
using graph::OpKind;
using graph::Subgraph;

graph::Buffer widen(const std::vector<uint8_t>& half) {
  std::vector<uint8_t> bytes(half.size() * 2);
  for (size_t i = 0; i < half.size() / 2; ++i) {
    uint16_t bits;
    std::memcpy(&bits, &half[i * 2], sizeof bits);
    const float value = numerics::half_to_float(bits);
    std::memcpy(&bytes[i * 4], &value, sizeof value);
  }
  return graph::make_buffer(std::move(bytes));
}

void widen_half_constants(Subgraph& subgraph) {
  const auto is_done = [&](const Op& op) {
    if (!widens_half_constant(subgraph, op)) return false;
    graph::Tensor& output = subgraph.tensors[static_cast<size_t>(op.outputs[0])];
    output.data = widen(*tensor_at(subgraph, op.inputs[0]).data);
    return true;
  };
  std::erase_if(subgraph.ops, is_done);
}

// By tensor: how often operators and the model's outputs read it.
std::vector<int> count_reads(const Subgraph& subgraph) {
  std::vector<int> reads(subgraph.tensors.size(), 0);
  for (const Op& op : subgraph.ops) {
    for (int32_t input : op.inputs) {
      if (input != graph::kNoTensor) ++reads[static_cast<size_t>(input)];
    }
  }
  for (int32_t output : subgraph.outputs) ++reads[static_cast<size_t>(output)];
  return reads;
}

std::optional<Activation> as_activation(OpKind kind) {
  switch (kind) {
    case OpKind::kRelu: return Activation::kRelu;
    case OpKind::kRelu6: return Activation::kRelu6;
    default: return std::nullopt;
  }
}

// The place for the fused activation of an operator that can take one and has none; otherwise null.
Activation* free_activation(Op& op) {
  Activation* activation = nullptr;
  if (auto* conv = std::get_if<graph::Conv2DAttrs>(&op.attrs)) activation = &conv->activation;
  if (auto* depthwise = std::get_if<graph::DepthwiseConv2DAttrs>(&op.attrs)) activation = &depthwise->activation;
  if (auto* dense = std::get_if<graph::FullyConnectedAttrs>(&op.attrs)) activation = &dense->activation;
  if (auto* add = std::get_if<graph::AddAttrs>(&op.attrs)) activation = &add->activation;
  return activation != nullptr && *activation == Activation::kNone ? activation : nullptr;
}

void fuse_activations(Subgraph& subgraph) {
  const std::vector<int> reads = count_reads(subgraph);
  std::vector<Op*> producer(subgraph.tensors.size(), nullptr);
  for (Op& op : subgraph.ops) {
    for (int32_t output : op.outputs) producer[static_cast<size_t>(output)] = &op;
  }
  std::vector<bool> fused(subgraph.ops.size(), false);
  for (size_t i = 0; i < subgraph.ops.size(); ++i) {
    const Op& op = subgraph.ops[i];
    const std::optional<Activation> activation = as_activation(op.kind);
    if (!activation || !is_float32(subgraph, op.inputs[0])) continue;
    const auto input = static_cast<size_t>(op.inputs[0]);
    Activation* place = producer[input] == nullptr ? nullptr : free_activation(*producer[input]);
    if (place == nullptr || reads[input] != 1) continue;
    *place = *activation;
    producer[input]->outputs[0] = op.outputs[0];
    producer[static_cast<size_t>(op.outputs[0])] = producer[input];
    fused[i] = true;
  }
  size_t index = 0;
  std::erase_if(subgraph.ops, [&](const Op&) { return fused[index++]; });
}

}  // namespace

void simplify(graph::Model& model) {
  widen_half_constants(model.main());
  fuse_activations(model.main());
}

}  // namespace atl::quantizer
