// Convolutions and matrix products of int16 with int8 weights: every form of bias and rounding, the lanes' limit of
// taps, the limit of weights, and what stays on the host.
#include <catch2/catch.hpp>

#include "common/graph/builder.h"
#include "common/kernels/random_inputs.h"
#include "tests/compiler/on_accelerator.h"

using namespace atl;
using graph::DType;
using graph::GraphBuilder;
using graph::Shape;

namespace {

const graph::Quantization kIn = graph::per_tensor(0.0003f, 0), kOut = graph::per_tensor(0.002f, 0);

enum class Bias { kNone, kInt32, kInt64 };

int32_t add_bias(GraphBuilder& builder, Bias kind, int32_t channels) {
  if (kind == Bias::kNone) return graph::kNoTensor;
  std::vector<int32_t> narrow;
  std::vector<int64_t> wide;
  for (int32_t c = 0; c < channels; ++c) {
    narrow.push_back(c % 3 == 0 ? 2'000'000'000 : -700'000'001 * c);
    wide.push_back((c % 2 == 0 ? 1 : -1) * (int64_t{1} << (20 + c % 18)));
  }
  if (kind == Bias::kInt32) return builder.add_constant<int32_t>("b", {channels}, narrow);
  return builder.add_constant<int64_t>("b", {channels}, wide);
}

int32_t add_weights(GraphBuilder& builder, const Shape& shape, const graph::Quantization& quant, int fill = 1000) {
  kernels::SplitMix64 random(5);
  std::vector<uint8_t> bytes(static_cast<size_t>(graph::num_elements(shape)));
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(fill == 1000 ? random() : static_cast<uint64_t>(fill));
  return builder.add_constant("w", DType::kInt8, shape, bytes, quant);
}

graph::Model fully_connected(int32_t depth, int32_t outputs, Bias bias, DType bias_type, graph::Activation activation,
                             const graph::Quantization& weights, int fill = 1000, int64_t zero_point = 0) {
  GraphBuilder builder;
  const int32_t x = builder.add_input("x", DType::kInt16, {3, depth}, graph::per_tensor(0.0003f, zero_point));
  const int32_t w = add_weights(builder, {outputs, depth}, weights, fill);
  graph::FullyConnectedAttrs attrs;
  attrs.activation = activation;
  attrs.quantized_bias_type = bias_type;
  builder.mark_output(
      builder.fully_connected(x, w, add_bias(builder, bias, outputs), attrs, {"y", DType::kInt16, kOut}));
  return builder.finish();
}

graph::Model depthwise(int32_t kernel_h, int32_t kernel_w) {
  GraphBuilder builder;
  const int32_t x = builder.add_input("x", DType::kInt16, {1, 30, 26, 3}, kIn);
  const int32_t w = add_weights(builder, {1, kernel_h, kernel_w, 3}, graph::per_tensor(0.004f, 0));
  builder.mark_output(builder.depthwise_conv2d(x, w, add_bias(builder, Bias::kInt64, 3),
                                               {graph::Padding::kSame, 2, 2, 1, 1, 1, graph::Activation::kNone},
                                               {"y", DType::kInt16, graph::per_tensor(0.05f, 0)}));
  return builder.finish();
}

// The int16 value everywhere.
Bytes constant_input(size_t elements, int16_t value) {
  Bytes bytes;
  for (size_t i = 0; i < elements; ++i) {
    bytes.push_back(static_cast<uint8_t>(value));
    bytes.push_back(static_cast<uint8_t>(value >> 8));
  }
  return bytes;
}

}  // namespace

TEST_CASE("int16 FULLY_CONNECTED: every bias, every width of sums") {
  const graph::Quantization one = graph::per_tensor(0.003f, 0), odd = graph::per_tensor(0.003f, 17);
  for (const Bias bias : {Bias::kNone, Bias::kInt32, Bias::kInt64}) {
    for (const DType type : {DType::kFloat32, DType::kInt32, DType::kInt64}) {
      for (const graph::Quantization& weights : {one, odd}) {
        INFO("bias " << static_cast<int>(bias) << ", sums " << graph::dtype_name(type));
        test::require_equal(fully_connected(70, 9, bias, type, graph::Activation::kRelu, weights));
      }
    }
  }
}

TEST_CASE("int16 FULLY_CONNECTED at the far ends of its operands") {
  for (const int16_t value : std::initializer_list<int16_t>{INT16_MIN, INT16_MAX, -1, 255, 256}) {
    for (const int fill : {-128, 127}) {
      for (const DType type : {DType::kInt32, DType::kInt64}) {
        INFO(value << " x " << fill);
        const graph::Model model = fully_connected(600, 5, Bias::kNone, type, graph::Activation::kNone,
                                                   graph::per_tensor(0.0000004f, 0), fill);
        test::require_equal(model, {constant_input(3 * 600, value)});
      }
    }
  }
}

TEST_CASE("int16 depthwise layers beyond the lanes' sums run on the array") {
  test::require_equal(depthwise(7, 73));  // 511 taps
  test::require_equal(depthwise(16, 32));
  test::require_equal(depthwise(23, 23));
}

TEST_CASE("int16 weights whose low bytes' sum could leave 32 bits stay on the host") {
  const auto reason = [](int32_t depth, int fill) {
    return test::host_reason_of_last(fully_connected(depth, 2, Bias::kNone, DType::kInt64, graph::Activation::kNone,
                                                     graph::per_tensor(0.003f, 0), fill));
  };
  CHECK(reason(65793, -128) == "axes must have at most 65535 elements; input 0 is 3x65793");
  CHECK(reason(65535, -128) == "");
  GraphBuilder builder;
  const int32_t x = builder.add_input("x", DType::kInt16, {1, 2, 2, 16449}, kIn);
  const int32_t w = add_weights(builder, {1, 2, 2, 16449}, graph::per_tensor(0.003f, 0), -128);
  builder.mark_output(builder.conv2d(x, w, graph::kNoTensor,
                                     {graph::Padding::kValid, 1, 1, 1, 1, graph::Activation::kNone, DType::kFloat32},
                                     {"y", DType::kInt16, kOut}));
  CHECK(test::host_reason_of_last(builder.finish()) ==
        "under int16 input the magnitudes of an output channel's weights must add up to at most 8421504; they add up "
        "to 8421888");
}

TEST_CASE("int16 activations with a zero point stay on the host") {
  CHECK(test::host_reason_of_last(fully_connected(7, 2, Bias::kNone, DType::kInt64, graph::Activation::kNone,
                                                  graph::per_tensor(0.003f, 0), 1000, 5)) ==
        "int16 activations must have zero point 0; input 0 has 5");
}
