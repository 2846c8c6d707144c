// Small float models, and data for them.
#pragma once

#include <cstring>
#include <string>
#include <vector>

#include "common/arrays/array.h"
#include "common/graph/builder.h"
#include "common/graph/verifier.h"
#include "common/kernels/interpreter.h"
#include "quantizer/observe/array_samples.h"
#include "quantizer/quantize.h"

namespace atl::quantizer::test {

using graph::DType;
using graph::GraphBuilder;
using graph::OpKind;

inline arrays::Array float_array(std::vector<int64_t> shape, const std::vector<float>& values) {
  Bytes bytes(values.size() * sizeof(float));
  if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return {arrays::ElementType::kFloat32, std::move(shape), std::move(bytes)};
}

// count values that run through [low, high], both ends among them, in a scrambled but fixed order.
inline std::vector<float> spread(size_t count, float low, float high) {
  std::vector<float> values;
  for (size_t i = 0; i < count; ++i) {
    const size_t place = i * 7919 % count;  // 7919 is prime: a permutation for every other count
    values.push_back(low + (high - low) * static_cast<float>(place) / static_cast<float>(count - 1));
  }
  return values;
}

// Samples for a model of one input without its batch axis, values in [low, high].
inline ArraySamples spread_samples(const graph::Model& model, int64_t samples, float low, float high) {
  const graph::Tensor& input = model.main().tensors[static_cast<size_t>(model.main().inputs[0])];
  std::vector<int64_t> shape(input.shape.begin(), input.shape.end());
  shape.insert(shape.begin(), samples);
  const auto count = static_cast<size_t>(samples * graph::num_elements(input.shape));
  return ArraySamples({{"0", float_array(std::move(shape), spread(count, low, high))}});
}

inline const graph::Tensor& tensor_named(const graph::Model& model, const std::string& name) {
  for (const graph::Tensor& tensor : model.main().tensors) {
    if (tensor.name == name) return tensor;
  }
  ATOLL_CHECK(false, "no tensor is named {}", name);
}

template <typename T>
std::vector<T> constant_values(const graph::Tensor& tensor) {
  std::vector<T> values(tensor.data->size() / sizeof(T));
  std::memcpy(values.data(), tensor.data->data(), tensor.data->size());
  return values;
}

// The operators' names in order: "CONV_2D QUANTIZE".
inline std::string op_names(const graph::Model& model) {
  std::string names;
  for (const graph::Op& op : model.main().ops) {
    if (!names.empty()) names += ' ';
    names += op_name(op);
  }
  return names;
}

// 1x4x4x2 -> conv 3 filters of 1x1 -> 1x4x4x3. `weights` has 6 values, `biases` 3.
inline int32_t add_pointwise(GraphBuilder& b, int32_t input, const std::string& name, const std::vector<float>& weights,
                             const std::vector<float>& biases) {
  const int32_t w = b.add_constant(name + "/w", {3, 1, 1, 2}, weights);
  const int32_t bias = b.add_constant(name + "/b", {3}, biases);
  return b.conv2d(input, w, bias, {}, {name});
}

}  // namespace atl::quantizer::test
