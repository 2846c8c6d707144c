// A small quantized network with most of the operators, for the tests of graph and tflite.
#pragma once

#include <numeric>
#include <vector>

#include "common/graph/builder.h"

namespace atl::graph::testing {

// Values that differ from element to element.
template <typename T>
std::vector<T> ramp(size_t count) {
  std::vector<T> values(count);
  for (size_t i = 0; i < count; ++i) values[i] = static_cast<T>(static_cast<int>(i * 37 % 200) - 100);
  return values;
}

// int8: pad, conv (relu6), depthwise, two poolings joined, reshape, dense, softmax, with float ends.
inline Model int8_network() {
  GraphBuilder b;
  const Quantization q = per_tensor(0.05f, -3);
  const int32_t input = b.add_input("image", DType::kFloat32, {1, 6, 6, 2});
  const int32_t quantized = b.unary(OpKind::kQuantize, input, {"quantized", DType::kInt8, q});
  const int32_t padded = b.pad(quantized, {0, 0, 1, 1, 1, 1, 0, 0}, {"padded", DType::kInt8, q});
  const int32_t filter =
      b.add_constant("filter", {4, 3, 3, 2}, ramp<int8_t>(72), per_channel({0.01f, 0.02f, 0.03f, 0.04f}, 0));
  const int32_t bias =
      b.add_constant("bias", {4}, ramp<int32_t>(4), per_channel({0.0005f, 0.001f, 0.0015f, 0.002f}, 0));
  Conv2DAttrs conv{Padding::kValid};
  conv.activation = Activation::kRelu6;
  const int32_t features = b.conv2d(padded, filter, bias, conv, {"features", DType::kInt8, q});
  const int32_t taps =
      b.add_constant("taps", {1, 3, 3, 4}, ramp<int8_t>(36), per_channel({0.01f, 0.01f, 0.02f, 0.02f}, 3));
  const int32_t deep = b.depthwise_conv2d(features, taps, bias, DepthwiseConv2DAttrs{}, {"deep", DType::kInt8, q});
  const Pool2DAttrs pool{Padding::kValid, 2, 2, 2, 2};
  const int32_t average = b.pool2d(OpKind::kAveragePool2D, deep, pool, {"average", DType::kInt8, q});
  const int32_t largest = b.pool2d(OpKind::kMaxPool2D, deep, pool, {"largest", DType::kInt8, q});
  const int32_t joined = b.concatenation({average, largest}, -1, {"joined", DType::kInt8, q});
  const int32_t doubled = b.add(joined, joined, {}, {"doubled", DType::kInt8, per_tensor(0.1f, 4)});
  const int32_t flat = b.reshape(doubled, {1, -1}, {"flat", DType::kInt8, per_tensor(0.1f, 4)});
  const int32_t weights = b.add_constant("weights", {5, 72}, ramp<int8_t>(360), per_tensor(0.01f, 0));
  const int32_t dense = b.fully_connected(flat, weights, kNoTensor, FullyConnectedAttrs{}, {"dense", DType::kInt8, q});
  const int32_t scores = b.softmax(dense, {"scores", DType::kInt8, per_tensor(1.0f / 256, -128)});
  b.mark_output(b.unary(OpKind::kDequantize, scores, {"probabilities"}));
  return b.finish();
}

}  // namespace atl::graph::testing
