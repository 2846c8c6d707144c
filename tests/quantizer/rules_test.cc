// What each rule makes of small graphs.
#include <catch2/catch.hpp>

#include "tests/quantizer/sample_graphs.h"

using namespace atl;
using namespace atl::quantizer;
using namespace atl::quantizer::test;

namespace {

QuantizeResult quantized(const graph::Model& model, float low, float high, Options options = {}) {
  REQUIRE(graph::verify(model).ok());
  ArraySamples data = spread_samples(model, 20, low, high);
  auto result = quantize(model, options, data);
  if (!result.ok()) FAIL(result.error().text());
  REQUIRE(graph::verify(result->model).ok());
  return std::move(result).value();
}

const graph::Quantization& quant_of(const QuantizeResult& result, const std::string& name) {
  return tensor_named(result.model, name).quant;
}

const std::vector<float> kWeights = {1, -2, 0.5f, 0.25f, -1, 1};
const std::vector<float> kBiases = {0.5f, -0.2f, 3};

}  // namespace

TEST_CASE("pooling, padding and reshaping keep the scale of what they read") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4, 4, 2});
  const int32_t conv = add_pointwise(b, x, "conv", kWeights, kBiases);
  const int32_t pad = b.pad(conv, {0, 0, 1, 1, 1, 1, 0, 0}, {"pad"});
  graph::Pool2DAttrs window;
  window.filter_h = window.filter_w = window.stride_h = window.stride_w = 2;
  const int32_t average = b.pool2d(OpKind::kAveragePool2D, pad, window, {"average"});
  const int32_t max = b.pool2d(OpKind::kMaxPool2D, average, window, {"max"});
  b.mark_output(b.reshape(max, {1, 12}, {"flat"}));
  const QuantizeResult result = quantized(b.finish(), 0, 1);
  CHECK(op_names(result.model) == "CONV_2D PAD AVERAGE_POOL_2D MAX_POOL_2D RESHAPE");
  for (const char* name : {"pad", "average", "max", "flat"}) CHECK(quant_of(result, name) == quant_of(result, "conv"));
  CHECK(quant_of(result, "x") != quant_of(result, "conv"));
  CHECK(quant_of(result, "x") == graph::per_tensor(1.0f / 255, -128));
}

TEST_CASE("a concatenation gives its scale to everything that it joins") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4, 4, 2});
  const int32_t conv = add_pointwise(b, x, "conv", kWeights, kBiases);
  graph::Pool2DAttrs window;
  window.filter_h = window.filter_w = 3;
  const int32_t max = b.pool2d(OpKind::kMaxPool2D, x, window, {"max"});
  const int32_t constant = b.add_constant("constant", {1, 4, 4, 1}, std::vector<float>(16, 9));
  b.mark_output(b.concatenation({conv, max, constant}, 3, {"joined"}));
  const QuantizeResult result = quantized(b.finish(), -1, 1);
  CHECK(op_names(result.model) == "CONV_2D MAX_POOL_2D CONCATENATION");
  for (const char* name : {"conv", "max", "constant", "x"}) CHECK(quant_of(result, name) == quant_of(result, "joined"));
  const graph::Quantization& quant = quant_of(result, "joined");
  CHECK(static_cast<double>(quant.scale[0]) * static_cast<double>(127 - quant.zero_point[0]) == Approx(9).margin(0.05));
  for (int8_t q : constant_values<int8_t>(tensor_named(result.model, "constant"))) CHECK(q == 127);
}

TEST_CASE("in 16x8 whatever is joined is requantized to the result's own scale") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4, 4, 2});
  const int32_t conv = add_pointwise(b, x, "conv", kWeights, kBiases);
  graph::Pool2DAttrs window;
  window.filter_h = window.filter_w = 3;
  const int32_t max = b.pool2d(OpKind::kMaxPool2D, x, window, {"max"});
  const int32_t constant = b.add_constant("constant", {1, 4, 4, 1}, std::vector<float>(16, 0.5f));
  const int32_t joined = b.concatenation({conv, max, constant}, 3, {"joined"});
  b.mark_output(b.concatenation({joined, joined}, 3, {"twice"}));
  Options options;
  options.scheme = Scheme::kInt16x8;
  const QuantizeResult result = quantized(b.finish(), -1, 1, options);
  // The convolution has the largest values, so that it and what follows share their scale without a QUANTIZE.
  CHECK(op_names(result.model) == "CONV_2D MAX_POOL_2D QUANTIZE CONCATENATION CONCATENATION");
  CHECK(quant_of(result, "max") == quant_of(result, "x"));
  CHECK(quant_of(result, "max") == graph::per_tensor(1.0f / 32767, 0));
  CHECK(quant_of(result, "joined") == quant_of(result, "conv"));
  CHECK(quant_of(result, "max_requantized") == quant_of(result, "joined"));
  CHECK(quant_of(result, "constant") == quant_of(result, "joined"));
  CHECK(quant_of(result, "twice") == quant_of(result, "joined"));
}

TEST_CASE("a fixed output that is joined with others is requantized") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  const int32_t softmax = b.softmax(x, {"softmax"});
  const int32_t twice = b.add_constant("twice", {2}, std::vector<int32_t>{1, 2});
  const int32_t again = b.add_op(OpKind::kTile, graph::NoAttrs{}, {softmax, twice}, {"again"});
  const int32_t relu = b.unary(OpKind::kRelu6, x, {"relu"});
  b.mark_output(b.concatenation({softmax, relu, again}, 1, {"joined"}));
  b.mark_output(softmax);
  const QuantizeResult result = quantized(b.finish(), -2, 8);
  CHECK(op_names(result.model) == "SOFTMAX QUANTIZE TILE RELU6 CONCATENATION");
  CHECK(quant_of(result, "softmax") == graph::per_tensor(1.0f / 256, -128));
  CHECK(quant_of(result, "softmax_requantized") == quant_of(result, "joined"));
  CHECK(quant_of(result, "again") == quant_of(result, "joined"));
  CHECK(quant_of(result, "relu") == quant_of(result, "joined"));
  CHECK(quant_of(result, "joined") == graph::per_tensor(6.0f / 255, -128));
}

TEST_CASE("fixed outputs alone keep their scale through what only moves them") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  const int32_t first = b.softmax(x, {"first"});
  const int32_t second = b.softmax(x, {"second"}, 2.0f);
  const int32_t joined = b.concatenation({first, second}, 1, {"joined"});
  b.mark_output(b.reshape(joined, {8}, {"flat"}));
  const QuantizeResult result = quantized(b.finish(), -2, 8);
  CHECK(op_names(result.model) == "SOFTMAX SOFTMAX CONCATENATION RESHAPE");
  CHECK(quant_of(result, "flat") == graph::per_tensor(1.0f / 256, -128));
}

TEST_CASE("a branch that is read both inside and outside of its group keeps its own values") {
  // 'wide' is averaged before it is joined, so the joined range is narrower; but a MEAN reads it as it is.
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4, 4, 2});
  const int32_t wide = b.add(x, x, {}, {"wide"});
  graph::Pool2DAttrs window;
  window.filter_h = window.filter_w = 4;
  window.padding = graph::Padding::kValid;
  const int32_t average = b.pool2d(OpKind::kAveragePool2D, wide, window, {"average"});
  b.mark_output(b.concatenation({average, average}, 3, {"joined"}));
  b.mark_output(b.mean(wide, {1, 2}, false, {"mean"}));
  const QuantizeResult result = quantized(b.finish(), -1, 1);
  CHECK(quant_of(result, "joined") == quant_of(result, "wide"));
  CHECK(quant_of(result, "wide").scale[0] == 4.0f / 255);
}

TEST_CASE("weights have a scale a channel, biases that of input and weights") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4, 4, 2});
  b.mark_output(add_pointwise(b, x, "conv", kWeights, kBiases));
  const QuantizeResult result = quantized(b.finish(), 0, 1);
  const graph::Tensor& w = tensor_named(result.model, "conv/w");
  CHECK(w.type == DType::kInt8);
  CHECK(w.quant == graph::per_channel({2.0f / 127, 0.5f / 127, 1.0f / 127}, 0));
  CHECK(constant_values<int8_t>(w) == std::vector<int8_t>{64, -127, 127, 64, -127, 127});
  const graph::Tensor& bias = tensor_named(result.model, "conv/b");
  CHECK(bias.type == DType::kInt32);
  const float si = 1.0f / 255;
  CHECK(bias.quant == graph::per_channel({si * (2.0f / 127), si * (0.5f / 127), si * (1.0f / 127)}, 0));
  CHECK(constant_values<int32_t>(bias) == std::vector<int32_t>{static_cast<int32_t>(std::lround(0.5 * 255 * 127 / 2)),
                                                               static_cast<int32_t>(std::lround(-0.2 * 255 * 127 * 2)),
                                                               3 * 255 * 127});
}

TEST_CASE("a depthwise convolution has its channels on the last axis") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4, 4, 2});
  const int32_t w = b.add_constant("w", {1, 1, 2, 2}, std::vector<float>{1, 3, -2, 4});
  b.mark_output(b.depthwise_conv2d(x, w, graph::kNoTensor, {}, {"y"}));
  const QuantizeResult result = quantized(b.finish(), 0, 1);
  CHECK(quant_of(result, "w") == graph::per_channel({2.0f / 127, 4.0f / 127}, 3));
}

TEST_CASE("weights and biases that operators share are copied where they have to differ") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  const int32_t w = b.add_constant("w", {4, 4}, spread(16, -1, 1));
  const int32_t bias = b.add_constant("bias", {4}, std::vector<float>{1, 2, 3, 4});
  const int32_t first = b.fully_connected(x, w, bias, {}, {"first"});
  const int32_t second = b.fully_connected(first, w, bias, {}, {"second"});
  const int32_t third = b.fully_connected(first, w, bias, {}, {"third"});
  b.mark_output(b.add(second, third, {}, {"sum"}));
  const QuantizeResult result = quantized(b.finish(), -1, 1);
  const auto& ops = result.model.main().ops;
  CHECK(ops[0].inputs[1] == ops[1].inputs[1]);  // one set of weights for all
  CHECK(ops[1].inputs[2] == ops[2].inputs[2]);  // second and third read one input
  CHECK(ops[0].inputs[2] != ops[1].inputs[2]);
  CHECK(quant_of(result, "bias").scale[0] == Approx(quant_of(result, "x").scale[0] * quant_of(result, "w").scale[0]));
  CHECK(quant_of(result, "bias_2").scale[0] ==
        Approx(quant_of(result, "first").scale[0] * quant_of(result, "w").scale[0]));
}

TEST_CASE("dead channels and biases that are too large for them") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4, 4, 2});
  b.mark_output(add_pointwise(b, x, "conv", {1, 1, 0, 0, 0, 0}, {0, 0, 100}));
  const QuantizeResult result = quantized(b.finish(), 0, 1);
  CHECK(constant_values<int8_t>(tensor_named(result.model, "conv/w")) == std::vector<int8_t>{127, 127, 0, 0, 0, 0});
  const auto biases = constant_values<int32_t>(tensor_named(result.model, "conv/b"));
  CHECK(biases[1] == 0);
  CHECK(biases[2] == Approx((1 << 30) - 1).epsilon(1e-6));
  // The third channel is 100 everywhere, as in the float model: the largest value of the output.
  auto interpreter = kernels::Interpreter::create(result.model);
  REQUIRE(interpreter.ok());
  interpreter->set_input(0, Bytes(32, 0x80));
  REQUIRE(interpreter->invoke().ok());
  const std::span<const uint8_t> output = interpreter->output(0).bytes;
  for (size_t i = 0; i < output.size(); i += 3) {
    CHECK(static_cast<int8_t>(output[i]) == -128);
    CHECK(static_cast<int8_t>(output[i + 1]) == -128);
    CHECK(static_cast<int8_t>(output[i + 2]) == 127);
  }
}

TEST_CASE("a constant operand of an addition has its own range") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  const int32_t ten = b.add_constant("ten", {1}, std::vector<float>{10});
  b.mark_output(b.add(x, ten, {}, {"y"}));
  const QuantizeResult result = quantized(b.finish(), -1, 1);
  CHECK(quant_of(result, "ten") == graph::per_tensor(10.0f / 255, -128));
  CHECK(constant_values<int8_t>(tensor_named(result.model, "ten")) == std::vector<int8_t>{127});
}

TEST_CASE("a RELU that alone reads a convolution is fused into it") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4, 4, 2});
  const int32_t conv = add_pointwise(b, x, "conv", kWeights, kBiases);
  const int32_t relu = b.unary(OpKind::kRelu6, conv, {"relu"});
  const int32_t twice = b.add(relu, relu, {}, {"twice"});
  b.mark_output(b.unary(OpKind::kRelu, twice, {"last"}));
  b.mark_output(twice);
  const QuantizeResult result = quantized(b.finish(), -1, 1);
  CHECK(op_names(result.model) == "CONV_2D ADD RELU");  // 'twice' has a second reader, the output
  CHECK(std::get<graph::Conv2DAttrs>(result.model.main().ops[0].attrs).activation == graph::Activation::kRelu6);
  CHECK(quant_of(result, "relu").zero_point[0] == -128);
  for (const graph::Tensor& tensor : result.model.main().tensors) CHECK(tensor.name != "conv");
}

TEST_CASE("float16 and 8-bit weights are taken for what they stand for") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 2});
  const int32_t half = b.add_constant("half", DType::kFloat16, {2, 2}, {0, 0x3c, 0, 0x40, 0, 0xbc, 0, 0});  // 1 2 -1 0
  const int32_t widened = b.unary(OpKind::kDequantize, half, {"widened"});
  const int32_t y = b.fully_connected(x, widened, graph::kNoTensor, {}, {"y"});
  const int32_t bytes =
      b.add_constant("bytes", {2, 2}, std::vector<int8_t>{127, 64, -127, 1}, graph::per_channel({0.5f, 0.25f}, 0));
  b.mark_output(b.fully_connected(y, bytes, graph::kNoTensor, {}, {"z"}));
  const QuantizeResult result = quantized(b.finish(), -1, 1);
  CHECK(op_names(result.model) == "FULLY_CONNECTED FULLY_CONNECTED");
  CHECK(constant_values<int8_t>(tensor_named(result.model, "widened")) == std::vector<int8_t>{64, 127, -127, 0});
  CHECK(constant_values<int8_t>(tensor_named(result.model, "bytes")) == std::vector<int8_t>{127, 64, -127, 1});
  CHECK(quant_of(result, "bytes") == graph::per_channel({0.5f, 0.25f}, 0));
  CHECK(result.warnings == std::vector<std::string>{"1 operator of the float model has 8-bit weights; what was lost by "
                                                    "that stays lost"});
}

TEST_CASE("arithmetic on integers is left alone") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  const int32_t two = b.add_constant("two", {2}, std::vector<int32_t>{2, 2});
  const int32_t zero = b.add_constant("zero", {2}, std::vector<int32_t>{0, 0});
  const int32_t joined = b.concatenation({two, zero}, 0, {"joined", DType::kInt32});
  b.mark_output(b.unary(OpKind::kRelu, x, {"y"}));
  b.mark_output(joined);
  const QuantizeResult result = quantized(b.finish(), -1, 1);
  CHECK(tensor_named(result.model, "joined").type == DType::kInt32);
  CHECK_FALSE(quant_of(result, "joined").present());
}

TEST_CASE("a sum that is tiny beside its operands gets the smallest scale that kernels have a multiplier for") {
  // x - (1 + 2^-22) x
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 2});
  const float almost = -(1 + 0x1p-22f);
  const int32_t w = b.add_constant("w", {2, 2}, std::vector<float>{almost, 0, 0, almost});
  const int32_t y = b.fully_connected(x, w, graph::kNoTensor, {}, {"y"});
  const int32_t sum = b.add(x, y, {}, {"sum"});
  const int32_t constant = b.add_constant("constant", {1, 1}, std::vector<float>{1e-7f});
  b.mark_output(b.concatenation({sum, constant}, 1, {"joined"}));
  const QuantizeResult result = quantized(b.finish(), 0, 1);
  const double twice = 2.0 * static_cast<double>(quant_of(result, "x").scale[0]);
  const double multiplier = twice / ((1 << 20) * static_cast<double>(quant_of(result, "sum").scale[0]));
  CHECK(multiplier < 1);
  CHECK(multiplier > 0.999);
  CHECK(quant_of(result, "joined") == quant_of(result, "sum"));
  CHECK(quant_of(result, "constant") == quant_of(result, "sum"));
}

TEST_CASE("an output so small that its clamp at 6 would be no integer of 32 bits gets a larger scale") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4, 4, 2});
  const int32_t small = b.add_constant("small", {1}, std::vector<float>{1e-9f});
  const int32_t product = b.add_op(OpKind::kMul, graph::ActivationAttrs{}, {x, small}, {"product"});
  b.mark_output(b.unary(OpKind::kRelu6, product, {"y"}));
  const graph::Model model = b.finish();
  for (const Scheme scheme : {Scheme::kInt8, Scheme::kInt16x8}) {
    Options options;
    options.scheme = scheme;
    const QuantizeResult result = quantized(model, -1, 1, options);
    CHECK(6 / static_cast<double>(quant_of(result, "y").scale[0]) <= INT32_MAX);
  }
}

TEST_CASE("values too extreme for int8 are refused, not written") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 2});
  const int32_t w = b.add_constant("w", {1, 2}, std::vector<float>{0, 3e38f});
  const int32_t bias = b.add_constant("bias", {1}, std::vector<float>{1});
  b.mark_output(b.fully_connected(x, w, bias, {}, {"y"}));
  ArraySamples data({{"x", float_array({2, 1, 2}, {0, 1e-3f, 1e5f, 0})}});
  const auto result = quantize(b.finish(), {}, data);
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().code() == ErrorCode::kUnsupported);
  CHECK(
      result.error().text() ==
      "quantized to int8, the model can't run: tensor #2 'bias' has scale inf at 0; scales must be finite and above 0. "
      "Its weights or the ranges of its activations are too extreme");
}

TEST_CASE("the same input gives the same model and report") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4, 4, 2});
  const int32_t conv = add_pointwise(b, x, "conv", kWeights, kBiases);
  b.mark_output(b.concatenation({conv, x}, 3, {"joined"}));
  const graph::Model model = b.finish();
  const QuantizeResult first = quantized(model, -1, 1);
  const QuantizeResult second = quantized(model, -1, 1);
  CHECK(report_text(first.report) == report_text(second.report));
  CHECK(first.report.file_bytes_after == second.report.file_bytes_after);
}
