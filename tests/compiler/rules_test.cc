// What keeps an op off the accelerator: every rule's words, and what compile() refuses.
#include <catch2/catch.hpp>

#include "common/graph/builder.h"
#include "compiler/compile.h"
#include "compiler/lower/op_rules.h"

using namespace atl;
using graph::DType;
using graph::GraphBuilder;
using graph::OpKind;
using graph::per_tensor;

namespace {

std::string reason(const graph::Model& model) {
  return compiler::why_not_on_accelerator({model.main(), model.main().ops.back()}).value_or("");
}

const graph::Quantization kQuant = per_tensor(0.1f, 0);

}  // namespace

TEST_CASE("float activations stay on the host") {
  GraphBuilder builder;
  const int32_t x = builder.add_input("x", DType::kFloat32, {1, 4});
  builder.mark_output(builder.unary(OpKind::kRelu, x, {"y", DType::kFloat32, {}}));
  CHECK(reason(builder.finish()) ==
        "activations must be int8, uint8 or int16 (of QUANTIZE also int32); input 0 is float32");
}

TEST_CASE("conversions to float stay on the host") {
  GraphBuilder builder;
  const int32_t x = builder.add_input("x", DType::kInt8, {1, 4}, kQuant);
  builder.mark_output(builder.unary(OpKind::kDequantize, x, {"y", DType::kFloat32, {}}));
  CHECK(reason(builder.finish()) == "the operator must have an accelerator form; DEQUANTIZE runs on the host");
}

TEST_CASE("computed weights stay on the host") {
  GraphBuilder builder;
  const int32_t x = builder.add_input("x", DType::kInt8, {1, 4}, kQuant);
  const int32_t w = builder.add_input("w", DType::kInt8, {3, 4}, kQuant);
  builder.mark_output(builder.fully_connected(x, w, graph::kNoTensor, {}, {"y", DType::kInt8, kQuant}));
  CHECK(reason(builder.finish()) ==
        "weights must be constants of the input's type, of int16 input int8, with scales; "
        "the weights are computed");
}

TEST_CASE("a stride that no instruction can hold stays on the host") {
  GraphBuilder builder;
  const int32_t x = builder.add_input("x", DType::kInt8, {1, 1, 1, 4}, kQuant);
  const int32_t w = builder.add_constant("w", DType::kInt8, {3, 1, 1, 4}, std::vector<uint8_t>(12, 5), kQuant);
  graph::Conv2DAttrs attrs;
  attrs.stride_h = 67108865;
  builder.mark_output(builder.conv2d(x, w, graph::kNoTensor, attrs, {"y", DType::kInt8, kQuant}));
  CHECK(reason(builder.finish()) == "strides and dilations must be at most 65535; one is 67108865");
}

TEST_CASE("too many classes stay on the host") {
  GraphBuilder builder;
  const int32_t x = builder.add_input("x", DType::kInt8, {1, 5000}, kQuant);
  builder.mark_output(builder.softmax(x, {"y", DType::kInt8, per_tensor(1 / 256.0f, -128)}));
  CHECK(reason(builder.finish()) == "at most 4095 classes; the last axis has 5000");
}

TEST_CASE("int16 activations: what of them stays on the host") {
  const auto words = [](GraphBuilder& builder, graph::Shape shape, const graph::Quantization& quant = kQuant) {
    return builder.add_input("x", DType::kInt16, std::move(shape), quant);
  };
  const graph::Model logarithms = [&] {
    GraphBuilder builder;
    builder.mark_output(
        builder.unary(OpKind::kLogSoftmax, words(builder, {1, 4}), {"y", DType::kInt16, per_tensor(0.01f, 0)}));
    return builder.finish();
  }();
  CHECK(reason(logarithms) == "activations must be int8 or uint8; input 0 is int16");
  const graph::Model plain = [&] {
    GraphBuilder builder;
    builder.mark_output(builder.unary(OpKind::kRelu, words(builder, {1, 4}, {}), {"y", DType::kInt16, kQuant}));
    return builder.finish();
  }();
  CHECK(reason(plain) ==
        "activations must have one scale and zero point (int16 may have none where it is plain numbers); input 0 has "
        "none");
  const graph::Model window = [&] {
    GraphBuilder builder;
    graph::Pool2DAttrs attrs;
    attrs.filter_h = attrs.filter_w = 91;
    attrs.stride_h = attrs.stride_w = 1;
    attrs.padding = graph::Padding::kSame;
    builder.mark_output(
        builder.pool2d(OpKind::kAveragePool2D, words(builder, {1, 4, 4, 1}), attrs, {"y", DType::kInt16, kQuant}));
    return builder.finish();
  }();
  CHECK(reason(window) == "a pooling window must have at most 1048576 elements, of int16 8192; it has 8281");
  const auto convolution = [&](DType bias_type, bool depthwise) {
    GraphBuilder builder;
    const int32_t x = words(builder, {1, 4, 4, 2});
    const graph::Shape shape = depthwise ? graph::Shape{1, 1, 1, 2} : graph::Shape{2, 1, 1, 2};
    const size_t count = depthwise ? 2 : 4;
    const int32_t w = builder.add_constant("w", DType::kInt8, shape, std::vector<uint8_t>(count, 5), kQuant);
    const std::vector<uint8_t> bytes(2 * static_cast<size_t>(graph::dtype_bits(bias_type)) / 8, 1);
    const int32_t b = builder.add_constant("b", bias_type, {2}, bytes, {});
    const graph::Output y{"y", DType::kInt16, kQuant};
    builder.mark_output(depthwise ? builder.depthwise_conv2d(x, w, b, {}, y) : builder.conv2d(x, w, b, {}, y));
    return builder.finish();
  };
  CHECK(reason(convolution(DType::kInt16, false)) ==
        "the bias must be an int32 constant, of int16 input perhaps int64, or left out; the bias is int16");
  CHECK(reason(convolution(DType::kInt32, true)) ==
        "with int16 activations, the reference must have a kernel for its types; DEPTHWISE_CONV_2D #0 'y': no "
        "reference kernel takes the types int16, int8, int32 -> int16; supported: int8, int8, int32? -> int8; int8, "
        "int4, int32? -> int8; uint8, uint8, int32? -> uint8; int16, int8, int64? -> int16; float32, float32, "
        "float32? -> float32; float32, int8, float32? -> float32");
}

TEST_CASE("operators without a row are refused by name, all at once") {
  GraphBuilder builder;
  const int32_t x = builder.add_input("x", DType::kInt8, {1, 4}, kQuant);
  graph::Op custom;
  custom.builtin_code = 32;
  custom.custom_code = "Mystery";
  custom.inputs = {x};
  const auto result = [](std::string name) {
    graph::Tensor tensor;
    tensor.name = std::move(name), tensor.type = DType::kInt8, tensor.shape = {1, 4}, tensor.quant = kQuant;
    return tensor;
  };
  const int32_t y = builder.add_unknown_op(custom, {result("y")});
  custom.custom_code = "Riddle";
  custom.inputs = {y};
  builder.mark_output(builder.add_unknown_op(custom, {result("z")}));
  const auto compiled = compiler::compile(builder.finish(), isa::load_machine("edge").value(), {});
  REQUIRE_FALSE(compiled.ok());
  CHECK(compiled.error().code() == ErrorCode::kUnsupported);
  CHECK(compiled.error().text() ==
        "CUSTOM(Mystery) #0 'y': Atoll does not have this operator; replace it or cut the model before it\n"
        "CUSTOM(Riddle) #1 'z': Atoll does not have this operator; replace it or cut the model before it");
}

TEST_CASE("a grid of tiles can't be compiled for yet") {
  GraphBuilder builder;
  const int32_t x = builder.add_input("x", DType::kInt8, {1, 4}, kQuant);
  builder.mark_output(builder.unary(OpKind::kRelu, x, {"y", DType::kInt8, kQuant}));
  const auto compiled = compiler::compile(builder.finish(), isa::load_machine("coral").value(), {});
  REQUIRE_FALSE(compiled.ok());
  CHECK(compiled.error().code() == ErrorCode::kUnsupported);
  CHECK(compiled.error().text() ==
        "machine 'coral' has a grid of 4 x 4 tiles; programs for more than one tile can't be made yet, use a machine "
        "of 1 x 1");
}

TEST_CASE("a float model compiles with a warning") {
  GraphBuilder builder;
  const int32_t x = builder.add_input("x", DType::kFloat32, {1, 4});
  builder.mark_output(builder.unary(OpKind::kRelu, x, {"y", DType::kFloat32, {}}));
  const auto compiled = compiler::compile(builder.finish(), isa::load_machine("edge").value(), {});
  REQUIRE(compiled.ok());
  REQUIRE(compiled->warnings.size() == 1);
  CHECK(compiled->warnings[0] ==
        "0 of 1 ops run on the accelerator; quantize the model to integers first (atoll quantize)");
  CHECK(compiled->programs.empty());
}

TEST_CASE("the same model compiles to the same bytes") {
  const auto make = [] {
    GraphBuilder builder;
    const int32_t x = builder.add_input("x", DType::kInt8, {1, 8, 8, 4}, kQuant);
    const int32_t w = builder.add_constant("w", DType::kInt8, {4, 3, 3, 4}, std::vector<uint8_t>(144, 5), kQuant);
    builder.mark_output(builder.conv2d(x, w, graph::kNoTensor, {}, {"y", DType::kInt8, kQuant}));
    return builder.finish();
  };
  const isa::Machine machine = isa::load_machine("mcu").value();
  const auto first = compiler::compile(make(), machine, {}), second = compiler::compile(make(), machine, {});
  REQUIRE(first.ok());
  REQUIRE(second.ok());
  REQUIRE(first->programs.size() == 1);
  CHECK(isa::encode(first->programs[0]) == isa::encode(second->programs[0]));
}
