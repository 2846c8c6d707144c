// Makes models by hand, for tests and tools: add inputs, constants and operators, mark outputs, finish.
// Output shapes come from shape inference. Misuse is a bug of the caller's and aborts with the reason.
#pragma once

#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/graph/model.h"

namespace atl::graph {

// Quantization with one scale, or with one scale an index of `axis` and all zero points 0.
Quantization per_tensor(float scale, int64_t zero_point);
Quantization per_channel(std::vector<float> scales, int32_t axis);

// The element type that a C++ type stands for in add_constant.
template <typename T>
constexpr DType dtype_of();
template <>
constexpr DType dtype_of<float>() {
  return DType::kFloat32;
}
template <>
constexpr DType dtype_of<int8_t>() {
  return DType::kInt8;
}
template <>
constexpr DType dtype_of<uint8_t>() {
  return DType::kUint8;
}
template <>
constexpr DType dtype_of<int16_t>() {
  return DType::kInt16;
}
template <>
constexpr DType dtype_of<int32_t>() {
  return DType::kInt32;
}
template <>
constexpr DType dtype_of<int64_t>() {
  return DType::kInt64;
}

// Name, type and quantization of an operator's result; the shape is inferred unless it is given in add_op.
struct Output {
  std::string name;
  DType type = DType::kFloat32;
  Quantization quant = {};
};

class GraphBuilder {
 public:
  explicit GraphBuilder(std::string name = "main");

  // All of these return the index of the new tensor.
  int32_t add_input(std::string name, DType type, Shape shape, Quantization quant = {});
  int32_t add_constant(std::string name, DType type, Shape shape, std::vector<uint8_t> bytes, Quantization quant = {});
  template <typename T>
  int32_t add_constant(std::string name, Shape shape, const std::vector<T>& values, Quantization quant = {}) {
    std::vector<uint8_t> bytes(values.size() * sizeof(T));
    if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
    return add_constant(std::move(name), dtype_of<T>(), std::move(shape), std::move(bytes), std::move(quant));
  }

  // An operator with one output of inferred shape.
  int32_t add_op(OpKind kind, Attributes attrs, std::vector<int32_t> inputs, Output output);
  // An operator with these output tensors, shapes as given. Returns the index of the first.
  int32_t add_op(OpKind kind, Attributes attrs, std::vector<int32_t> inputs, std::vector<Tensor> outputs);
  // An operator without a row: any builtin operator, or a custom one (builtin_code kCustomBuiltinCode, custom_code and
  // custom_options set). Its `outputs` are filled in.
  int32_t add_unknown_op(Op op, std::vector<Tensor> outputs);

  int32_t conv2d(int32_t input, int32_t filter, int32_t bias, Conv2DAttrs attrs, Output output);
  int32_t depthwise_conv2d(int32_t input, int32_t filter, int32_t bias, DepthwiseConv2DAttrs attrs, Output output);
  int32_t fully_connected(int32_t input, int32_t weights, int32_t bias, FullyConnectedAttrs attrs, Output output);
  // kAveragePool2D or kMaxPool2D.
  int32_t pool2d(OpKind kind, int32_t input, Pool2DAttrs attrs, Output output);
  int32_t add(int32_t a, int32_t b, AddAttrs attrs, Output output);
  int32_t concatenation(std::vector<int32_t> parts, int32_t axis, Output output);
  int32_t softmax(int32_t input, Output output, float beta = 1.0f);
  // These make the constant that holds the shape, paddings (before and after, axis by axis) or axes, with the output's
  // name and a suffix.
  int32_t reshape(int32_t input, const std::vector<int32_t>& shape, Output output);
  int32_t pad(int32_t input, const std::vector<int32_t>& paddings, Output output);
  int32_t mean(int32_t input, const std::vector<int32_t>& axes, bool keep_dims, Output output);
  // kRelu, kRelu6, kQuantize or kDequantize.
  int32_t unary(OpKind kind, int32_t input, Output output);

  void mark_output(int32_t tensor);

  Subgraph& subgraph() { return subgraph_; }
  Tensor& tensor(int32_t index);

  // A model of this subgraph alone, not verified. The builder is empty afterwards.
  Model finish();

 private:
  int32_t add_tensor(Tensor tensor);

  Subgraph subgraph_;
};

}  // namespace atl::graph
