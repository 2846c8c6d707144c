// Every small convolution, depthwise convolution and pooling there is, compiled for the tiny machine and simulated:
// heights and widths to 6, channels to 9, kernels to 3, strides to 2, both paddings.
#include <catch2/catch.hpp>

#include "common/graph/builder.h"
#include "common/graph/verifier.h"
#include "common/kernels/random_inputs.h"
#include "tests/compiled/compiled_check.h"

using namespace atl;
using graph::OpKind;

namespace {

struct Case {
  int32_t height, width, channels, outputs;  // outputs: channels of a convolution, multiplier of a depthwise one
  int32_t kernel_h, kernel_w, stride_h, stride_w;
  graph::Padding padding;

  bool possible() const { return padding == graph::Padding::kSame || (kernel_h <= height && kernel_w <= width); }
  std::string text() const {
    return fmt::format("{}x{}x{} -> {}, kernel {}x{}, stride {}x{}, {}", height, width, channels, outputs, kernel_h,
                       kernel_w, stride_h, stride_w, padding == graph::Padding::kSame ? "same" : "valid");
  }
};

std::vector<uint8_t> random_bytes(kernels::SplitMix64& random, size_t count) {
  std::vector<uint8_t> bytes(count);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
  return bytes;
}

std::vector<float> random_scales(kernels::SplitMix64& random, int32_t count) {
  std::vector<float> scales(static_cast<size_t>(count));
  for (float& scale : scales) scale = 0.002f + 0.0001f * static_cast<float>(random() % 100);
  return scales;
}

// int8 and uint8 take turns, and so do the fused activations.
struct Style {
  graph::DType type, weights;
  graph::Activation activation;
  graph::Quantization input, output;
};
Style style_of(kernels::SplitMix64& random) {
  const bool is_unsigned = random() % 2 != 0;
  const auto zero = [&] { return static_cast<int64_t>(random() % 256) - (is_unsigned ? 0 : 128); };
  const graph::Activation activations[] = {graph::Activation::kNone, graph::Activation::kRelu,
                                           graph::Activation::kRelu6};
  const graph::DType type = is_unsigned ? graph::DType::kUint8 : graph::DType::kInt8;
  return {type, type, activations[random() % 3], graph::per_tensor(0.05f, zero()), graph::per_tensor(0.08f, zero())};
}
// int16 activations, int8 weights.
Style words_style_of(kernels::SplitMix64& random) {
  Style style = style_of(random);
  style.type = graph::DType::kInt16;
  style.weights = graph::DType::kInt8;
  style.input = graph::per_tensor(0.0002f, 0);
  style.output = graph::per_tensor(0.0003f, 0);
  return style;
}

// Of int32, of int64 for int16 activations, where every third convolution (not depthwise) has none.
int32_t add_bias(graph::GraphBuilder& builder, int32_t outputs, const Style& style, bool depthwise,
                 kernels::SplitMix64& random) {
  std::vector<int32_t> biases(static_cast<size_t>(outputs));
  for (int32_t& bias : biases) bias = static_cast<int32_t>(random() % 4001) - 2000;
  if (style.type != graph::DType::kInt16) return builder.add_constant<int32_t>("b", {outputs}, biases);
  const uint64_t kind = random() % 3;
  if (kind == 0) return -1;
  // Sums of 32 bits, which these may leave.
  if (kind == 1 && !depthwise) return builder.add_constant<int32_t>("b", {outputs}, biases);
  std::vector<int64_t> long_biases;
  for (const int32_t bias : biases) long_biases.push_back(int64_t{bias} * 5000);
  return builder.add_constant<int64_t>("b", {outputs}, long_biases);
}

graph::Model convolution(const Case& c, bool depthwise, const Style& style, kernels::SplitMix64& random) {
  graph::GraphBuilder builder;
  const int32_t input = builder.add_input("x", style.type, {1, c.height, c.width, c.channels}, style.input);
  const int32_t outputs = depthwise ? c.channels * c.outputs : c.outputs;
  const graph::Shape shape = depthwise ? graph::Shape{1, c.kernel_h, c.kernel_w, outputs}
                                       : graph::Shape{outputs, c.kernel_h, c.kernel_w, c.channels};
  const auto quant = style.weights == graph::DType::kUint8
                         ? graph::per_tensor(0.004f, static_cast<int64_t>(random() % 256))
                         : graph::per_channel(random_scales(random, outputs), depthwise ? 3 : 0);
  const auto elements = static_cast<size_t>(graph::num_elements(shape));
  const int32_t filter = builder.add_constant("w", style.weights, shape, random_bytes(random, elements), quant);
  const int32_t bias = add_bias(builder, outputs, style, depthwise, random);
  const graph::Output output{"y", style.type, style.output};
  if (depthwise) {
    builder.mark_output(builder.depthwise_conv2d(
        input, filter, bias, {c.padding, c.stride_h, c.stride_w, 1, 1, c.outputs, style.activation}, output));
  } else {
    builder.mark_output(
        builder.conv2d(input, filter, bias,
                       {c.padding, c.stride_h, c.stride_w, 1, 1, style.activation, graph::DType::kFloat32}, output));
  }
  return builder.finish();
}

graph::Model pooling(const Case& c, OpKind kind, kernels::SplitMix64& random) {
  const Style style = style_of(random);
  graph::GraphBuilder builder;
  const int32_t input = builder.add_input("x", style.type, {1, c.height, c.width, c.channels}, style.input);
  builder.mark_output(builder.pool2d(kind, input,
                                     {c.padding, c.stride_h, c.stride_w, c.kernel_h, c.kernel_w, style.activation},
                                     {"y", style.type, style.input}));
  return builder.finish();
}

// Calls visit for every combination; outer loops choose what a test case is split by.
template <typename Visit>
void for_each_case(int32_t height, int32_t max_outputs, Visit&& visit) {
  Case c{};
  c.height = height;
  for (c.width = 1; c.width <= 6; ++c.width)
    for (c.channels = 1; c.channels <= 9; ++c.channels)
      for (c.outputs = 1; c.outputs <= max_outputs; ++c.outputs)
        for (c.kernel_h = 1; c.kernel_h <= 3; ++c.kernel_h)
          for (c.kernel_w = 1; c.kernel_w <= 3; ++c.kernel_w)
            for (c.stride_h = 1; c.stride_h <= 2; ++c.stride_h)
              for (c.stride_w = 1; c.stride_w <= 2; ++c.stride_w)
                for (const auto padding : {graph::Padding::kSame, graph::Padding::kValid}) {
                  c.padding = padding;
                  if (c.possible()) visit(c);
                }
}

// Every program runs with values; each 61st also in the clocked model, whose cycles must be the estimate.
template <typename Make>
int64_t check_all(int32_t height, int32_t max_outputs, Make&& make) {
  const isa::Machine machine = isa::load_machine("tiny").value();
  kernels::SplitMix64 random(static_cast<uint64_t>(height));
  int64_t count = 0;
  for_each_case(height, max_outputs, [&](const Case& c) {
    const graph::Model model = make(c, random);
    test::CheckOptions options;
    options.seed = static_cast<uint64_t>(count);
    if (count % 61 == 0) options.fidelity = simulator::Fidelity::kCycle;
    const auto check = test::check_compiled(model, machine, options);
    ++count;
    if (check.ok() && check->difference.empty() && check->host_ops == 0 && check->cycles == check->estimated_cycles)
      return;
    FAIL(c.text() << ": "
                  << (!check.ok()           ? check.error().text()
                      : check->host_ops > 0 ? "left to the host: " + check->host_reason
                      : !check->difference.empty()
                          ? check->difference
                          : fmt::format("{} cycles, estimated {}", check->cycles, check->estimated_cycles)));
  });
  return count;
}

}  // namespace

TEST_CASE("every small convolution on tiny") {
  const auto height = static_cast<int32_t>(GENERATE(1, 2, 3, 4, 5, 6));
  const int64_t count =
      check_all(height, 9, [](const Case& c, auto& random) { return convolution(c, false, style_of(random), random); });
  CHECK(count > 15000);
}

TEST_CASE("every small depthwise convolution on tiny") {
  const auto height = static_cast<int32_t>(GENERATE(1, 2, 3, 4, 5, 6));
  const int64_t count =
      check_all(height, 3, [](const Case& c, auto& random) { return convolution(c, true, style_of(random), random); });
  CHECK(count > 5000);
}

TEST_CASE("every small convolution of int16 on tiny") {
  const auto height = static_cast<int32_t>(GENERATE(1, 2, 3, 4, 5, 6));
  const int64_t count = check_all(
      height, 9, [](const Case& c, auto& random) { return convolution(c, false, words_style_of(random), random); });
  CHECK(count > 15000);
}

TEST_CASE("every small depthwise convolution of int16 on tiny") {
  const auto height = static_cast<int32_t>(GENERATE(1, 2, 3, 4, 5, 6));
  const int64_t count = check_all(
      height, 3, [](const Case& c, auto& random) { return convolution(c, true, words_style_of(random), random); });
  CHECK(count > 5000);
}

TEST_CASE("every small pooling on tiny") {
  const auto height = static_cast<int32_t>(GENERATE(1, 2, 3, 4, 5, 6));
  for (const OpKind kind : {OpKind::kAveragePool2D, OpKind::kMaxPool2D}) {
    const int64_t count =
        check_all(height, 1, [kind](const Case& c, auto& random) { return pooling(c, kind, random); });
    CHECK(count > 1500);
  }
}
