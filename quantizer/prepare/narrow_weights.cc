#include "quantizer/prepare/narrow_weights.h"

#include <algorithm>
#include <cstring>

#include "common/numerics/half.h"
#include "quantizer/plan/float_operands.h"
#include "quantizer/plan/quantizable.h"

namespace atl::quantizer {
namespace {

graph::Buffer widened(const std::vector<uint8_t>& half) {
  std::vector<uint8_t> bytes(half.size() * 2);
  for (size_t i = 0; i < half.size() / 2; ++i) {
    uint16_t bits;
    std::memcpy(&bits, &half[i * 2], sizeof bits);
    const float value = numerics::half_to_float(bits);
    std::memcpy(&bytes[i * 4], &value, sizeof value);
  }
  return graph::make_buffer(std::move(bytes));
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

}  // namespace

size_t widen_half_weights(Edits& edits) {
  size_t count = 0;
  for (size_t i = 0; i < edits.subgraph().ops.size(); ++i) {
    const graph::Op& op = edits.subgraph().ops[i];
    if (edits.is_gone(i) || !widens_half_constant(edits.subgraph(), op)) continue;
    edits.tensor(op.outputs[0]).data = widened(*edits.tensor(op.inputs[0]).data);
    edits.remove(i);
    ++count;
  }
  return count;
}

size_t widen_integer_weights(Edits& edits) {
  std::vector<int32_t> tensors;
  size_t count = 0;
  for (size_t i = 0; i < edits.subgraph().ops.size(); ++i) {
    const graph::Op& op = edits.subgraph().ops[i];
    if (edits.is_gone(i) || !has_integer_weights(edits.subgraph(), op)) continue;
    tensors.push_back(op.inputs[weighted_operands(op.kind).weights]);
    ++count;
  }
  std::sort(tensors.begin(), tensors.end());
  tensors.erase(std::unique(tensors.begin(), tensors.end()), tensors.end());
  for (const int32_t index : tensors) {
    graph::Tensor& tensor = edits.tensor(index);
    tensor.data = dequantized(tensor);
    tensor.type = graph::DType::kFloat32;
    tensor.quant = {};
  }
  return count;
}

}  // namespace atl::quantizer
