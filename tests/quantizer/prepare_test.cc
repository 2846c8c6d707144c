// What is tidied before quantization computes what it computed.
#include "quantizer/prepare/prepare.h"

#include <catch2/catch.hpp>

#include "common/kernels/random_inputs.h"
#include "tests/quantizer/sample_graphs.h"

using namespace atl;
using namespace atl::quantizer;
using namespace atl::quantizer::test;
using graph::Activation;

namespace {

// The outputs of the float model for inputs that are whole numbers of eighths, so that nothing below is rounded.
std::vector<std::vector<float>> outputs_of(const graph::Model& model, uint64_t seed) {
  auto interpreter = kernels::Interpreter::create(model);
  if (!interpreter.ok()) FAIL(interpreter.error().text());
  kernels::SplitMix64 random(seed);
  for (size_t i = 0; i < model.main().inputs.size(); ++i) {
    const graph::Tensor& input = model.main().tensors[static_cast<size_t>(model.main().inputs[i])];
    std::vector<float> values(static_cast<size_t>(graph::num_elements(input.shape)));
    for (float& value : values) value = static_cast<float>(random() % 129) / 8 - 8;
    Bytes bytes(values.size() * sizeof(float));
    std::memcpy(bytes.data(), values.data(), bytes.size());
    interpreter->set_input(i, bytes);
  }
  REQUIRE(interpreter->invoke().ok());
  std::vector<std::vector<float>> outputs;
  for (size_t i = 0; i < model.main().outputs.size(); ++i) {
    const auto bytes = interpreter->output(i).bytes;
    outputs.emplace_back(bytes.size() / sizeof(float));
    std::memcpy(outputs.back().data(), bytes.data(), bytes.size());
  }
  return outputs;
}

// The prepared model, found to compute the same numbers and to keep the names of inputs and outputs.
Prepared prepared(const graph::Model& model) {
  REQUIRE(graph::verify(model).ok());
  Prepared result = prepare(model);
  REQUIRE(graph::verify(result.model).ok());
  for (uint64_t seed = 1; seed <= 5; ++seed) CHECK(outputs_of(model, seed) == outputs_of(result.model, seed));
  const auto names = [](const graph::Model& of, const std::vector<int32_t>& list) {
    std::vector<std::string> result_names;
    for (const int32_t t : list) result_names.push_back(of.main().tensors[static_cast<size_t>(t)].name);
    return result_names;
  };
  CHECK(names(model, model.main().inputs) == names(result.model, result.model.main().inputs));
  CHECK(names(model, model.main().outputs) == names(result.model, result.model.main().outputs));
  return result;
}

enum class LayerKind { kConv, kDepthwise, kDense, kTranspose };

// A layer of 3 output channels with weights that are whole numbers, with or without a bias.
int32_t add_layer(GraphBuilder& b, LayerKind kind, bool with_bias) {
  const int32_t bias = with_bias ? b.add_constant("b", {3}, std::vector<float>{1, -2, 3}) : graph::kNoTensor;
  const auto weights = [&](graph::Shape shape) {
    std::vector<float> values = spread(static_cast<size_t>(graph::num_elements(shape)), -8, 8);
    for (float& value : values) value = std::round(value);
    return b.add_constant("w", std::move(shape), values);
  };
  if (kind == LayerKind::kDense) {
    const int32_t x = b.add_input("x", DType::kFloat32, {2, 5});
    return b.fully_connected(x, weights({3, 5}), bias, {}, {"layer"});
  }
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4, 4, kind == LayerKind::kDepthwise ? 3 : 2});
  if (kind == LayerKind::kConv) return b.conv2d(x, weights({3, 3, 3, 2}), bias, {}, {"layer"});
  if (kind == LayerKind::kDepthwise) return b.depthwise_conv2d(x, weights({1, 3, 3, 3}), bias, {}, {"layer"});
  const int32_t shape = b.add_constant("shape", {4}, std::vector<int32_t>{1, 8, 8, 3});
  graph::TransposeConvAttrs attrs;
  attrs.stride_h = attrs.stride_w = 2;
  std::vector<int32_t> operands = {shape, weights({3, 3, 3, 2}), x};
  if (with_bias) operands.push_back(bias);
  return b.add_op(OpKind::kTransposeConv, attrs, operands, {"layer"});
}

int32_t add_constant_of(GraphBuilder& b, const std::string& name, const std::vector<float>& values) {
  return b.add_constant(name, {static_cast<int32_t>(values.size())}, values);
}

}  // namespace

TEST_CASE("multiplications and additions a channel go into the weights of every kind of layer") {
  const LayerKind kind = GENERATE(LayerKind::kConv, LayerKind::kDepthwise, LayerKind::kDense, LayerKind::kTranspose);
  const bool with_bias = GENERATE(false, true);
  GraphBuilder b;
  int32_t y = add_layer(b, kind, with_bias);
  y = b.add_op(OpKind::kMul, graph::ActivationAttrs{}, {y, add_constant_of(b, "gamma", {2, -0.5f, 4})}, {"mul"});
  y = b.add_op(OpKind::kAdd, graph::AddAttrs{}, {add_constant_of(b, "beta", {0.5f, 3, -1}), y}, {"add"});
  y = b.add_op(OpKind::kDiv, graph::ActivationAttrs{}, {y, add_constant_of(b, "two", {2})}, {"div"});
  y = b.add_op(OpKind::kSub, graph::AddAttrs{}, {y, add_constant_of(b, "mean", {1, 2, 3})}, {"sub"});
  y = b.add_op(OpKind::kSub, graph::AddAttrs{}, {add_constant_of(b, "one", {1}), y}, {"from"});
  b.mark_output(y);
  const Prepared result = prepared(b.finish());
  CHECK(result.model.main().ops.size() == 1);
  CHECK(result.summary == "5 operators folded into layers' weights");
}

TEST_CASE("an activation behind what is folded is fused, or stays where a layer can't take it") {
  const LayerKind kind = GENERATE(LayerKind::kConv, LayerKind::kTranspose);
  GraphBuilder b;
  const int32_t layer = add_layer(b, kind, true);
  const int32_t gamma = add_constant_of(b, "gamma", {2, -0.5f, 4});
  b.mark_output(b.add_op(OpKind::kMul, graph::ActivationAttrs{Activation::kRelu6}, {layer, gamma}, {"mul"}));
  const Prepared result = prepared(b.finish());
  if (kind == LayerKind::kConv) {
    CHECK(op_names(result.model) == "CONV_2D");
    CHECK(std::get<graph::Conv2DAttrs>(result.model.main().ops[0].attrs).activation == Activation::kRelu6);
    CHECK(result.summary == "1 operator folded into a layer's weights, 1 activation fused");
  } else {
    CHECK(op_names(result.model) == "TRANSPOSE_CONV RELU6");
  }
}

TEST_CASE("nothing is folded where the layer's own result is needed, or the constant isn't one a channel") {
  GraphBuilder b;
  const int32_t layer = add_layer(b, LayerKind::kConv, true);
  std::string left;
  SECTION("it is an output of the model") {
    b.mark_output(b.add_op(OpKind::kMul, graph::ActivationAttrs{}, {layer, add_constant_of(b, "c", {2})}, {"mul"}));
    b.mark_output(layer);
    left = "CONV_2D MUL";
  }
  SECTION("another operator reads it") {
    b.mark_output(b.add_op(OpKind::kMul, graph::ActivationAttrs{}, {layer, add_constant_of(b, "c", {2})}, {"mul"}));
    b.mark_output(b.unary(OpKind::kTanh, layer, {"tanh"}));
    left = "CONV_2D MUL TANH";
  }
  SECTION("the constant varies over the width") {
    const int32_t c = b.add_constant("c", {4, 1}, std::vector<float>{1, 2, 3, 4});
    b.mark_output(b.add_op(OpKind::kMul, graph::ActivationAttrs{}, {layer, c}, {"mul"}));
    left = "CONV_2D MUL";
  }
  SECTION("the constant makes more of it") {
    const int32_t c = b.add_constant("c", {2, 1, 1, 1}, std::vector<float>{2, 2});
    b.mark_output(b.add_op(OpKind::kMul, graph::ActivationAttrs{}, {layer, c}, {"mul"}));
    left = "CONV_2D MUL";
  }
  SECTION("the layer has an activation") {
    std::get<graph::Conv2DAttrs>(b.subgraph().ops[0].attrs).activation = Activation::kRelu;
    b.mark_output(b.add_op(OpKind::kMul, graph::ActivationAttrs{}, {layer, add_constant_of(b, "c", {2})}, {"mul"}));
    left = "CONV_2D MUL";
  }
  SECTION("the divisor is 0") {
    const int32_t c = add_constant_of(b, "c", {1, 0, 2});
    b.add_op(OpKind::kDiv, graph::ActivationAttrs{}, {layer, c}, {"div"});
    b.mark_output(layer);
    left = "CONV_2D DIV";
  }
  CHECK(op_names(prepared(b.finish()).model) == left);
}

TEST_CASE("weights that layers share are changed for one of them alone") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4, 4, 2});
  const int32_t w = b.add_constant("w", {3, 1, 1, 2}, std::vector<float>{1, -2, 3, 4, -5, 6});
  const int32_t bias = b.add_constant("b", {3}, std::vector<float>{1, 2, 3});
  const int32_t a = b.conv2d(x, w, bias, {}, {"a"}), c = b.conv2d(x, w, bias, {}, {"c"});
  const int32_t two = add_constant_of(b, "two", {2});
  b.mark_output(b.add_op(OpKind::kMul, graph::ActivationAttrs{}, {a, two}, {"a2"}));
  b.mark_output(c);
  const Prepared result = prepared(b.finish());
  CHECK(op_names(result.model) == "CONV_2D CONV_2D");
  CHECK(result.model.main().ops[0].inputs[1] != result.model.main().ops[1].inputs[1]);
}

TEST_CASE("operators without effect vanish") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4, 4, 2});
  int32_t y = b.unary(OpKind::kTanh, x, {"tanh"});
  y = b.reshape(y, {1, 4, 4, 2}, {"reshape"});
  y = b.pad(y, {0, 0, 0, 0, 0, 0, 0, 0}, {"pad"});
  y = b.add_op(OpKind::kMul, graph::ActivationAttrs{}, {add_constant_of(b, "one", {1, 1}), y}, {"mul"});
  y = b.add_op(OpKind::kSub, graph::AddAttrs{}, {y, add_constant_of(b, "zero", {0})}, {"sub"});
  const int32_t order = b.add_constant("order", {4}, std::vector<int32_t>{0, 1, -2, 3});
  y = b.add_op(OpKind::kTranspose, graph::NoAttrs{}, {y, order}, {"transpose"});
  const int32_t begin = b.add_constant("begin", {4}, std::vector<int32_t>{0, 0, 0, 0});
  const int32_t size = b.add_constant("size", {4}, std::vector<int32_t>{1, -1, 4, 2});
  y = b.add_op(OpKind::kSlice, graph::NoAttrs{}, {y, begin, size}, {"slice"});
  y = b.concatenation({y}, 1, {"joined"});
  b.mark_output(b.unary(OpKind::kLogistic, y, {"out"}));
  const Prepared result = prepared(b.finish());
  CHECK(op_names(result.model) == "TANH LOGISTIC");
  CHECK(result.summary == "7 operators without effect removed");
}

TEST_CASE("an operator without effect before an output gives its place to the one before it") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 8});
  const int32_t tanh = b.unary(OpKind::kTanh, x, {"tanh"});
  b.mark_output(b.reshape(tanh, {1, 8}, {"named"}));
  SECTION("alone") { CHECK(op_names(prepared(b.finish()).model) == "TANH"); }
  SECTION("with another reader of what it reads") {
    b.mark_output(b.unary(OpKind::kLogistic, tanh, {"other"}));
    CHECK(op_names(prepared(b.finish()).model) == "TANH LOGISTIC");
  }
  SECTION("but not between two outputs") {
    b.mark_output(tanh);
    CHECK(op_names(prepared(b.finish()).model) == "TANH RESHAPE");
  }
  SECTION("or between an input and an output") {
    b.mark_output(b.reshape(x, {1, 8}, {"copy"}));
    CHECK(op_names(prepared(b.finish()).model) == "TANH RESHAPE");
  }
}

TEST_CASE("operators that look as if they had no effect, and have one, stay") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 2, 2, 2});
  int32_t y = b.unary(OpKind::kTanh, x, {"tanh"});
  const int32_t order = b.add_constant("order", {4}, std::vector<int32_t>{0, 2, 1, 3});
  y = b.add_op(OpKind::kTranspose, graph::NoAttrs{}, {y, order}, {"transpose"});
  const int32_t zeros = b.add_constant("zeros", {4}, std::vector<int32_t>{-1, -1, -1, -1});
  const int32_t ends = b.add_constant("ends", {4}, std::vector<int32_t>{-2, -3, -3, -3});
  const int32_t strides = b.add_constant("strides", {4}, std::vector<int32_t>{-1, -1, -1, -1});
  graph::StridedSliceAttrs whole;
  whole.begin_mask = whole.end_mask = 15;
  y = b.add_op(OpKind::kStridedSlice, whole, {y, zeros, ends, strides}, {"mirrored"});
  y = b.add_op(OpKind::kMul, graph::ActivationAttrs{Activation::kRelu}, {y, add_constant_of(b, "one", {1})}, {"mul"});
  y = b.add_op(OpKind::kAdd, graph::AddAttrs{}, {y, b.add_constant("z", {2, 1, 1, 1}, std::vector<float>{0, 0})},
               {"add"});
  b.mark_output(y);
  CHECK(op_names(prepared(b.finish()).model) == "TANH TRANSPOSE STRIDED_SLICE MUL ADD");
}

TEST_CASE("what depends on constants alone is computed") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  const int32_t c = b.add_constant("c", {4}, std::vector<float>{-1, 2, -3, 4});
  const int32_t relu = b.unary(OpKind::kRelu, c, {"relu"});
  const int32_t twice = b.add(relu, relu, {}, {"twice"});
  b.mark_output(b.add(x, twice, {}, {"sum"}));
  const Prepared result = prepared(b.finish());
  CHECK(op_names(result.model) == "ADD");
  CHECK(constant_values<float>(tensor_named(result.model, "twice")) == std::vector<float>{0, 4, 0, 8});
  CHECK(result.summary == "2 operators on constants computed");
}

TEST_CASE("weights that follow from constants can be quantized") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 2});
  const int32_t c = b.add_constant("c", {2, 3}, std::vector<float>{1, -2, 3, 4, 5, -6});
  const int32_t order = b.add_constant("order", {2}, std::vector<int32_t>{1, 0});
  const int32_t w = b.add_op(OpKind::kTranspose, graph::NoAttrs{}, {c, order}, {"w"});
  b.mark_output(b.fully_connected(x, w, graph::kNoTensor, {}, {"y"}));
  const graph::Model model = b.finish();
  ArraySamples data = spread_samples(model, 20, -1, 1);
  const auto result = quantize(model, {}, data);
  if (!result.ok()) FAIL(result.error().text());
  CHECK(op_names(result->model) == "FULLY_CONNECTED");
  CHECK(result->prepared == "1 operator on constants computed");
}

TEST_CASE("messages show the operators' places in the model as it was given") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  const int32_t same = b.reshape(b.unary(OpKind::kTanh, x, {"tanh"}), {1, 4}, {"same"});
  b.mark_output(b.unary(OpKind::kSin, same, {"sine"}));
  const graph::Model model = b.finish();
  ArraySamples data = spread_samples(model, 20, -1, 1);
  const auto result = quantize(model, {}, data);
  REQUIRE(!result.ok());
  CHECK(result.error().text().find("SIN #2 'sine'") != std::string::npos);
}
