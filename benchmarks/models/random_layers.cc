#include "benchmarks/models/random_layers.h"

#include <cmath>

#include "common/base/check.h"
#include "common/graph/verifier.h"

namespace atl::benchmarks {
namespace {

using graph::DType;

constexpr double kByteRms = 73.9;         // of a byte drawn uniformly, about its middle
constexpr double kUniformRms = 0.57735;   // of a number drawn uniformly from [-1, 1)
constexpr double kRectifiedInRms = 2;     // planned for what enters a RELU6 ...
constexpr double kRectifiedOutRms = 1.4;  // ... and so for what leaves it
constexpr double kLinearRms = 1.5;        // planned for the outputs of layers without an activation
constexpr double kLogitRms = 3;

constexpr float kRelu6Scale = 6.0f / 255;

}  // namespace

DType RandomLayers::type() const {
  switch (precision_) {
    case Precision::kInt8: return DType::kInt8;
    case Precision::kUint8: return DType::kUint8;
    case Precision::kFloat32: break;
  }
  return DType::kFloat32;
}

// Four times the rms on either side of zero.
graph::Output RandomLayers::linear(const std::string& name, double rms) const {
  if (precision_ == Precision::kFloat32) return {name, type(), {}};
  return {name, type(), graph::per_tensor(static_cast<float>(8 * rms / 255), graph::dtype_min(type()) + 128)};
}

graph::Output RandomLayers::rectified(const std::string& name) const {
  if (precision_ == Precision::kFloat32) return {name, type(), {}};
  return {name, type(), graph::per_tensor(kRelu6Scale, graph::dtype_min(type()))};
}

graph::Output RandomLayers::like(const std::string& name, Layer in) {
  return {name, type(), graph_.tensor(in.tensor).quant};
}

Layer RandomLayers::input(const std::string& name, const graph::Shape& shape) {
  // The full range of an integer type stands for [-1, 1], as what measures a model feeds uniformly drawn bytes.
  graph::Output plan = linear(name, kUniformRms);
  if (plan.quant.present()) plan.quant.scale[0] = 2.0f / 255;
  return {graph_.add_input(name, plan.type, shape, plan.quant), kUniformRms};
}

// Scales whose weights have this root mean square; those of several channels differ by a factor of up to 3.
graph::Quantization RandomLayers::weight_quantization(double rms, int32_t channels, int32_t channel_axis) {
  const auto scale = static_cast<float>(rms / kByteRms);
  if (precision_ == Precision::kUint8) return graph::per_tensor(scale, 128);
  if (channel_axis < 0) return graph::per_tensor(scale, 0);
  std::vector<float> scales;
  for (int32_t c = 0; c < channels; ++c) scales.push_back(scale * static_cast<float>(0.5 + uniform()));
  return graph::per_channel(std::move(scales), channel_axis);
}

int32_t RandomLayers::float_constant(const std::string& name, const graph::Shape& shape, double rms) {
  std::vector<float> values(static_cast<size_t>(graph::num_elements(shape)));
  for (float& value : values) value = static_cast<float>((2 * uniform() - 1) * rms / kUniformRms);
  return graph_.add_constant(name, shape, values);
}

// A filter and bias that bring inputs of in.rms to outputs of output_rms. channel_axis: where the output channels are,
// or -1 for a filter with one scale, whose first axis they then are.
RandomLayers::Weights RandomLayers::weights(const std::string& name, Layer in, const graph::Shape& shape,
                                            int32_t channel_axis, double output_rms) {
  const int32_t channels = shape[static_cast<size_t>(std::max(channel_axis, 0))];
  const double terms = static_cast<double>(graph::num_elements(shape)) / channels;
  const double rms = output_rms / (in.rms * std::sqrt(terms));
  if (precision_ == Precision::kFloat32) {
    return {float_constant(name + "/filter", shape, rms), float_constant(name + "/bias", {channels}, 0.3)};
  }
  std::vector<uint8_t> bytes(static_cast<size_t>(graph::num_elements(shape)));
  for (uint8_t& byte : bytes) {
    byte = static_cast<uint8_t>(draw_() >> 56);
    if (precision_ == Precision::kInt8 && byte == 0x80) byte = 0x81;  // symmetric weights leave -128 out
  }
  const graph::Quantization quant = weight_quantization(rms, channels, channel_axis);
  const float in_scale = graph_.tensor(in.tensor).quant.scale[0];
  std::vector<int32_t> biases;
  graph::Quantization bias_quant = graph::per_tensor(0, 0);
  bias_quant.scale.clear();
  bias_quant.zero_point.assign(quant.scale.size(), 0);
  for (const float scale : quant.scale) bias_quant.scale.push_back(in_scale * scale);
  for (int32_t c = 0; c < channels; ++c) {
    const float scale = bias_quant.scale[quant.per_channel() ? static_cast<size_t>(c) : 0];
    biases.push_back(static_cast<int32_t>((2 * uniform() - 1) * 0.5 / static_cast<double>(scale)));
  }
  return {graph_.add_constant(name + "/filter", type(), shape, std::move(bytes), quant),
          graph_.add_constant(name + "/bias", {channels}, biases, bias_quant)};
}

Layer RandomLayers::conv_2d(const std::string& name, Layer in, int32_t filters, Square window, bool relu6) {
  const int32_t channels = graph_.tensor(in.tensor).shape.at(3);
  const Weights w =
      weights(name, in, {filters, window.kernel, window.kernel, channels}, 0, relu6 ? kRectifiedInRms : kLinearRms);
  graph::Conv2DAttrs attrs;
  attrs.stride_h = attrs.stride_w = window.stride;
  attrs.activation = relu6 ? graph::Activation::kRelu6 : graph::Activation::kNone;
  const graph::Output output = relu6 ? rectified(name) : linear(name, kLinearRms);
  return {graph_.conv2d(in.tensor, w.filter, w.bias, attrs, output), relu6 ? kRectifiedOutRms : kLinearRms};
}

Layer RandomLayers::depthwise_conv_2d(const std::string& name, Layer in, Square window, bool relu6) {
  const int32_t channels = graph_.tensor(in.tensor).shape.at(3);
  const Weights w =
      weights(name, in, {1, window.kernel, window.kernel, channels}, 3, relu6 ? kRectifiedInRms : kLinearRms);
  graph::DepthwiseConv2DAttrs attrs;
  attrs.stride_h = attrs.stride_w = window.stride;
  attrs.activation = relu6 ? graph::Activation::kRelu6 : graph::Activation::kNone;
  const graph::Output output = relu6 ? rectified(name) : linear(name, kLinearRms);
  return {graph_.depthwise_conv2d(in.tensor, w.filter, w.bias, attrs, output), relu6 ? kRectifiedOutRms : kLinearRms};
}

Layer RandomLayers::fully_connected(const std::string& name, Layer in, int32_t outputs) {
  const int32_t depth = graph_.tensor(in.tensor).shape.at(1);
  const Weights w = weights(name, in, {outputs, depth}, -1, kLogitRms);
  return {graph_.fully_connected(in.tensor, w.filter, w.bias, {}, linear(name, kLogitRms)), kLogitRms};
}

Layer RandomLayers::add(const std::string& name, Layer a, Layer b) {
  const double rms = std::hypot(a.rms, b.rms);
  return {graph_.add(a.tensor, b.tensor, {}, linear(name, rms)), rms};
}

Layer RandomLayers::average_pool(const std::string& name, Layer in) {
  const graph::Shape& shape = graph_.tensor(in.tensor).shape;
  graph::Pool2DAttrs attrs;
  attrs.padding = graph::Padding::kValid;
  attrs.filter_h = shape.at(1), attrs.filter_w = shape.at(2);
  return {graph_.pool2d(graph::OpKind::kAveragePool2D, in.tensor, attrs, like(name, in)), in.rms};
}

Layer RandomLayers::mean(const std::string& name, Layer in) {
  return {graph_.mean(in.tensor, {1, 2}, false, like(name, in)), in.rms};
}

Layer RandomLayers::reshape(const std::string& name, Layer in, const std::vector<int32_t>& shape) {
  return {graph_.reshape(in.tensor, shape, like(name, in)), in.rms};
}

Layer RandomLayers::softmax(const std::string& name, Layer in) {
  graph::Output output{name, type(), {}};
  if (precision_ != Precision::kFloat32) output.quant = graph::per_tensor(1.0f / 256, graph::dtype_min(type()));
  return {graph_.softmax(in.tensor, std::move(output)), 0};
}

graph::Model RandomLayers::finish(Layer output) {
  graph_.mark_output(output.tensor);
  graph::Model model = graph_.finish();
  const Status status = graph::verify(model);
  ATOLL_CHECK(status.ok(), "{}", status.error().text());
  return model;
}

}  // namespace atl::benchmarks
