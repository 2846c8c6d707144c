// Small models with one trait each that the compiler has to get right, on every machine of one tile.
#include <catch2/catch.hpp>
#include <functional>

#include "common/graph/builder.h"
#include "common/kernels/random_inputs.h"
#include "tests/compiled/compiled_check.h"

using namespace atl;
using graph::DType;
using graph::GraphBuilder;
using graph::OpKind;
using graph::per_tensor;

namespace {

kernels::SplitMix64 random_bits(7);

std::vector<uint8_t> bytes(int64_t count) {
  std::vector<uint8_t> result(static_cast<size_t>(count));
  for (uint8_t& byte : result) byte = static_cast<uint8_t>(random_bits());
  return result;
}

int32_t weights(GraphBuilder& builder, const graph::Shape& shape, const std::string& name = "w") {
  return builder.add_constant(name, DType::kInt8, shape, bytes(graph::num_elements(shape)), per_tensor(0.003f, 0));
}

int32_t bias(GraphBuilder& builder, int32_t channels, const std::string& name = "b") {
  std::vector<int32_t> values(static_cast<size_t>(channels));
  for (int32_t& value : values) value = static_cast<int32_t>(random_bits() % 10000) - 5000;
  return builder.add_constant<int32_t>(name, {channels}, values);
}

graph::Output int8_output(const std::string& name, float scale = 0.1f, int64_t zero_point = 3) {
  return {name, DType::kInt8, per_tensor(scale, zero_point)};
}

int32_t int8_input(GraphBuilder& builder, const graph::Shape& shape, const std::string& name = "x") {
  return builder.add_input(name, DType::kInt8, shape, per_tensor(0.05f, -7));
}

// Values equal everywhere, the clocked model's cycles equal the estimate, and nothing is left to the host.
void check_everywhere(const graph::Model& model, size_t host_ops = 0) {
  for (const char* name : {"edge", "mcu", "tiny"}) {
    INFO(name);
    const isa::Machine machine = isa::load_machine(name).value();
    for (const auto fidelity : {simulator::Fidelity::kFast, simulator::Fidelity::kCycle}) {
      const auto check = test::check_compiled(model, machine, {11, {}, fidelity});
      if (!check.ok()) FAIL(check.error().text());
      CHECK(check->difference == "");
      CHECK(check->cycles == check->estimated_cycles);
      CHECK(check->tensors > 0);
      INFO(check->host_reason);
      CHECK(check->host_ops == host_ops);
    }
  }
}

graph::Conv2DAttrs conv(graph::Padding padding, int32_t stride = 1, int32_t dilation = 1) {
  return {padding, stride, stride, dilation, dilation, graph::Activation::kNone, DType::kFloat32};
}

}  // namespace

TEST_CASE("convolution: dilation, batch, strides") {
  for (const auto padding : {graph::Padding::kSame, graph::Padding::kValid}) {
    GraphBuilder builder;
    const int32_t x = int8_input(builder, {2, 13, 11, 5});
    builder.mark_output(
        builder.conv2d(x, weights(builder, {7, 3, 3, 5}), bias(builder, 7), conv(padding, 1, 2), int8_output("y")));
    builder.mark_output(builder.conv2d(x, weights(builder, {7, 5, 2, 5}, "w2"), graph::kNoTensor, conv(padding, 3, 1),
                                       int8_output("z")));
    check_everywhere(builder.finish());
  }
}

TEST_CASE("convolution in groups") {
  GraphBuilder builder;
  const int32_t x = int8_input(builder, {1, 9, 9, 12});
  builder.mark_output(builder.conv2d(x, weights(builder, {18, 3, 3, 4}), bias(builder, 18), conv(graph::Padding::kSame),
                                     int8_output("y")));
  check_everywhere(builder.finish());
}

TEST_CASE("a convolution whose contraction exceeds the tiny machine's memory is sliced") {
  GraphBuilder builder;
  const int32_t x = int8_input(builder, {1, 4, 4, 600});
  builder.mark_output(builder.conv2d(x, weights(builder, {10, 3, 3, 600}), bias(builder, 10),
                                     conv(graph::Padding::kSame), int8_output("y")));
  check_everywhere(builder.finish());
}

TEST_CASE("depthwise with more outputs a channel than the array has columns") {
  GraphBuilder builder;
  const int32_t x = int8_input(builder, {1, 8, 8, 3});
  graph::DepthwiseConv2DAttrs attrs;
  attrs.depth_multiplier = 70;
  builder.mark_output(
      builder.depthwise_conv2d(x, weights(builder, {1, 3, 3, 210}), bias(builder, 210), attrs, int8_output("y")));
  check_everywhere(builder.finish());
}

TEST_CASE("fully connected: batches and a wide input") {
  GraphBuilder builder;
  const int32_t x = int8_input(builder, {5, 3000});
  builder.mark_output(
      builder.fully_connected(x, weights(builder, {33, 3000}), bias(builder, 33), {}, int8_output("y", 0.7f)));
  check_everywhere(builder.finish());
}

TEST_CASE("addition broadcasts, and takes constants") {
  GraphBuilder builder;
  const int32_t x = int8_input(builder, {2, 6, 5, 8});
  const int32_t y = builder.add(x, int8_input(builder, {1, 5, 1}, "row"), {}, int8_output("y"));
  const int32_t constant = builder.add_constant("c", DType::kInt8, {8}, bytes(8), per_tensor(0.02f, 9));
  builder.mark_output(builder.add(y, constant, {graph::Activation::kRelu6, true}, int8_output("z")));
  builder.mark_output(builder.add(x, x, {}, int8_output("twice")));
  check_everywhere(builder.finish());
}

TEST_CASE("addition of tensors that are worth a table") {
  GraphBuilder builder;
  const int32_t a = builder.add_input("a", DType::kUint8, {1, 40, 40, 16}, per_tensor(0.05f, 100));
  const int32_t b = builder.add_input("b", DType::kUint8, {1, 40, 40, 16}, per_tensor(0.21f, 13));
  builder.mark_output(builder.add(a, b, {}, {"y", DType::kUint8, per_tensor(0.2f, 77)}));
  check_everywhere(builder.finish());
}

TEST_CASE("means over any axes, also ones too long for the tiny machine at once") {
  GraphBuilder builder;
  const int32_t x = int8_input(builder, {1, 96, 96, 3});
  builder.mark_output(builder.mean(x, {1, 2}, false, int8_output("spatial", 0.01f)));
  builder.mark_output(builder.mean(x, {1}, true, int8_output("rows", 0.02f)));
  builder.mark_output(builder.mean(x, {3, 0}, false, int8_output("channels", 0.02f)));
  builder.mark_output(builder.mean(x, {1, 3}, true, int8_output("outer and inner", 0.02f)));
  check_everywhere(builder.finish());
}

TEST_CASE("pooling: one window over a large image, and windows cut by every border") {
  for (const OpKind kind : {OpKind::kAveragePool2D, OpKind::kMaxPool2D}) {
    GraphBuilder builder;
    const int32_t x = int8_input(builder, {1, 70, 60, 5});
    builder.mark_output(
        builder.pool2d(kind, x, {graph::Padding::kValid, 1, 1, 70, 60, {}}, int8_output("global", 0.05f, -7)));
    builder.mark_output(
        builder.pool2d(kind, x, {graph::Padding::kSame, 2, 3, 7, 9, {}}, int8_output("bordered", 0.05f, -7)));
    check_everywhere(builder.finish());
  }
}

TEST_CASE("softmax over rows, wide and narrow, flat and steep") {
  GraphBuilder builder;
  const int32_t flat = builder.add_input("flat", DType::kInt8, {3, 1001}, per_tensor(0.0018f, 0));
  const int32_t steep = builder.add_input("steep", DType::kUint8, {2, 2, 5}, per_tensor(1.3f, 128));
  builder.mark_output(builder.softmax(flat, {"a", DType::kInt8, per_tensor(1 / 256.0f, -128)}));
  builder.mark_output(builder.softmax(steep, {"b", DType::kUint8, per_tensor(1 / 256.0f, 0)}));
  builder.mark_output(builder.softmax(steep, {"c", DType::kUint8, per_tensor(1 / 256.0f, 0)}, 0.25f));
  check_everywhere(builder.finish());
}

TEST_CASE("movement: concatenation, padding, reshape from input to output") {
  GraphBuilder builder;
  const int32_t x = int8_input(builder, {1, 7, 6, 4});
  const int32_t y = int8_input(builder, {1, 7, 2, 4}, "y");
  const int32_t joined = builder.concatenation({x, y, x}, 2, int8_output("joined", 0.05f, -7));
  const int32_t padded = builder.pad(joined, {0, 0, 2, 1, 0, 3, 0, 0}, int8_output("padded", 0.05f, -7));
  builder.mark_output(builder.pad(padded, {1, 0, 0, 0, 0, 0, 1, 2}, int8_output("more", 0.05f, -7)));
  builder.mark_output(builder.reshape(x, {7, 24}, int8_output("reshaped", 0.05f, -7)));
  builder.mark_output(padded);
  check_everywhere(builder.finish());
}

TEST_CASE("uint8 operands of a concatenation are rescaled") {
  GraphBuilder builder;
  const int32_t a = builder.add_input("a", DType::kUint8, {1, 5, 3}, per_tensor(0.05f, 100));
  const int32_t b = builder.add_input("b", DType::kUint8, {1, 5, 4}, per_tensor(0.11f, 7));
  builder.mark_output(builder.concatenation({a, b}, -1, {"y", DType::kUint8, per_tensor(0.09f, 60)}));
  check_everywhere(builder.finish());
}

TEST_CASE("requantization and activations by table") {
  GraphBuilder builder;
  const int32_t x = builder.add_input("x", DType::kUint8, {1, 9, 9, 9}, per_tensor(0.05f, 100));
  const int32_t y = builder.unary(OpKind::kQuantize, x, int8_output("y", 0.07f, -100));
  builder.mark_output(builder.unary(OpKind::kRelu, y, int8_output("relu", 0.03f, -128)));
  builder.mark_output(builder.unary(OpKind::kRelu6, y, int8_output("relu6", 0.03f, -128)));
  check_everywhere(builder.finish());
}

TEST_CASE("a float op in the middle makes two programs") {
  GraphBuilder builder;
  const int32_t x = int8_input(builder, {1, 6, 6, 4});
  const int32_t y = builder.conv2d(x, weights(builder, {4, 3, 3, 4}), bias(builder, 4), conv(graph::Padding::kSame),
                                   int8_output("y"));
  const int32_t real = builder.unary(OpKind::kDequantize, y, {"real", DType::kFloat32, {}});
  const int32_t again = builder.unary(OpKind::kQuantize, real, int8_output("again", 0.2f, 0));
  builder.mark_output(builder.conv2d(again, weights(builder, {4, 1, 1, 4}, "w2"), bias(builder, 4, "b2"),
                                     conv(graph::Padding::kSame), int8_output("z")));
  check_everywhere(builder.finish(), 2);
}

TEST_CASE("a chain whose tensors exceed every small scratchpad spills") {
  GraphBuilder builder;
  int32_t x = int8_input(builder, {1, 64, 64, 8});
  for (int layer = 0; layer < 4; ++layer) {
    const std::string n = std::to_string(layer);
    const int32_t y = builder.conv2d(x, weights(builder, {8, 3, 3, 8}, "w" + n), bias(builder, 8, "b" + n),
                                     conv(graph::Padding::kSame), int8_output("y" + n));
    x = builder.add(x, y, {}, int8_output("s" + n));
  }
  builder.mark_output(x);
  check_everywhere(builder.finish());
}
