#include "quantizer/rewrite/simplify.h"

#include <fmt/format.h>

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

// scale * (q - zero_point) of every element of an int8 or uint8 constant.
graph::Buffer dequantized(const graph::Tensor& tensor) {
  const graph::Quantization& quant = tensor.quant;
  size_t inner = 1;  // elements from one channel to the next
  for (size_t i = static_cast<size_t>(quant.axis) + 1; i < tensor.shape.size(); ++i) {
    inner *= static_cast<size_t>(tensor.shape[i]);
  }
  std::vector<uint8_t> bytes(tensor.data->size() * sizeof(float));
  for (size_t i = 0; i < tensor.data->size(); ++i) {
    const uint8_t byte = (*tensor.data)[i];
    const int64_t q = tensor.type == graph::DType::kInt8 ? int64_t{static_cast<int8_t>(byte)} : int64_t{byte};
    const size_t channel = quant.per_channel() ? i / inner % quant.scale.size() : 0;
    const auto value =
        static_cast<float>(double{quant.scale[channel]} * static_cast<double>(q - quant.zero_point[channel]));
    std::memcpy(&bytes[i * sizeof(float)], &value, sizeof value);
  }
  return graph::make_buffer(std::move(bytes));
}

// The number of operators whose weights were integers.
size_t dequantize_weights(Subgraph& subgraph) {
  std::vector<size_t> tensors;
  size_t count = 0;
  for (const Op& op : subgraph.ops) {
    if (!has_integer_weights(subgraph, op)) continue;
    tensors.push_back(static_cast<size_t>(op.inputs[weighted_operands(op.kind).weights]));
    ++count;
  }
  std::sort(tensors.begin(), tensors.end());
  tensors.erase(std::unique(tensors.begin(), tensors.end()), tensors.end());
  for (size_t t : tensors) {
    graph::Tensor& tensor = subgraph.tensors[t];
    tensor.data = dequantized(tensor);
    tensor.type = graph::DType::kFloat32;
    tensor.quant = {};
  }
  return count;
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

std::vector<std::string> simplify(graph::Model& model) {
  std::vector<std::string> warnings;
  widen_half_constants(model.main());
  const size_t hybrid = dequantize_weights(model.main());
  if (hybrid > 0) {
    warnings.push_back(fmt::format("{} of the float model {} 8-bit weights; what was lost by that stays lost",
                                   hybrid == 1 ? "1 operator" : fmt::format("{} operators", hybrid),
                                   hybrid == 1 ? "has" : "have"));
  }
  fuse_activations(model.main());
  return warnings;
}

}  // namespace atl::quantizer
