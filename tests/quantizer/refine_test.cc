// Refinements do what they are for, and leave alone what they must not touch.
#include <catch2/catch.hpp>
#include <cmath>

#include "common/kernels/random_inputs.h"
#include "quantizer/refine/equalize.h"
#include "quantizer/refine/layer_pairs.h"
#include "quantizer/refine/rounding.h"
#include "tests/quantizer/sample_graphs.h"

using namespace atl;
using namespace atl::quantizer;
using namespace atl::quantizer::test;
using graph::Activation;

namespace {

constexpr int64_t kSamples = 24;

std::vector<float> random_values(size_t count, uint64_t seed, float low, float high) {
  kernels::SplitMix64 random(seed);
  std::vector<float> values(count);
  for (float& value : values) value = low + (high - low) * static_cast<float>(random() >> 40) / 16777216.0f;
  return values;
}

std::vector<std::vector<Bytes>> random_samples(const graph::Model& model, uint64_t seed) {
  std::vector<std::vector<Bytes>> samples;
  const graph::Tensor& input = model.main().tensors[static_cast<size_t>(model.main().inputs[0])];
  const auto count = static_cast<size_t>(graph::num_elements(input.shape));
  for (int64_t s = 0; s < kSamples; ++s) {
    const std::vector<float> values = random_values(count, seed + static_cast<uint64_t>(s), -1, 1);
    Bytes bytes(count * sizeof(float));
    std::memcpy(bytes.data(), values.data(), bytes.size());
    samples.push_back({bytes});
  }
  return samples;
}

// Like pictures: the channels of a pixel go together.
std::vector<std::vector<Bytes>> picture_samples(const graph::Model& model, uint64_t seed) {
  std::vector<std::vector<Bytes>> samples = random_samples(model, seed);
  const auto channels = static_cast<size_t>(model.main().tensors[static_cast<size_t>(model.main().inputs[0])].shape[3]);
  for (auto& sample : samples) {
    std::vector<float> values(sample[0].size() / sizeof(float));
    std::memcpy(values.data(), sample[0].data(), sample[0].size());
    for (size_t i = 0; i < values.size(); ++i) {
      values[i] = 0.5f + 0.4f * values[i / channels * channels] + 0.1f * values[i];
    }
    std::memcpy(sample[0].data(), values.data(), sample[0].size());
  }
  return samples;
}

ArraySamples as_data(const graph::Model& model, const std::vector<std::vector<Bytes>>& samples) {
  const graph::Tensor& input = model.main().tensors[static_cast<size_t>(model.main().inputs[0])];
  std::vector<int64_t> shape(input.shape.begin(), input.shape.end());
  shape.insert(shape.begin(), static_cast<int64_t>(samples.size()));
  Bytes all;
  for (const auto& sample : samples) all.insert(all.end(), sample[0].begin(), sample[0].end());
  return ArraySamples({{"0", {arrays::ElementType::kFloat32, std::move(shape), std::move(all)}}});
}

// The only output, with float32 edges, for every sample one after another.
std::vector<float> outputs_of(const graph::Model& model, const std::vector<std::vector<Bytes>>& samples) {
  auto interpreter = kernels::Interpreter::create(model);
  if (!interpreter.ok()) FAIL(interpreter.error().text());
  std::vector<float> all;
  for (const auto& sample : samples) {
    interpreter->set_input(0, sample[0]);
    REQUIRE(interpreter->invoke().ok());
    const auto bytes = interpreter->output(0).bytes;
    std::vector<float> values(bytes.size() / sizeof(float));
    std::memcpy(values.data(), bytes.data(), bytes.size());
    all.insert(all.end(), values.begin(), values.end());
  }
  return all;
}

double mean_square(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += (double{a[i]} - double{b[i]}) * (double{a[i]} - double{b[i]});
  return sum / static_cast<double>(a.size());
}
double sqnr(const std::vector<float>& wanted, const std::vector<float>& got) {
  return 10 * std::log10(mean_square(wanted, std::vector<float>(wanted.size(), 0)) / mean_square(wanted, got));
}

QuantizeResult quantized(const graph::Model& model, const std::vector<std::vector<Bytes>>& samples, const char* refine,
                         Scheme scheme = Scheme::kInt8) {
  Options options;
  options.scheme = scheme;
  options.input_type = options.output_type = DType::kFloat32;
  if (*refine != 0) options.refine = refinements_from_list(refine).value();
  ArraySamples data = as_data(model, samples);
  auto result = quantize(model, options, data);
  if (!result.ok()) FAIL(result.error().text());
  REQUIRE(graph::verify(result->model).ok());
  return std::move(result).value();
}

// x: 1x8x8x6 -> 1x1 to 16 channels -> depthwise 3x3 -> 1x1 to 5. Channel c of the first layer is 10^(spread * c / 15)
// times as large as channel 0, which the last one undoes.
graph::Model separable(Activation activation, float spread_of_channels, bool with_bias = true) {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 8, 8, 6});
  std::vector<float> first = random_values(16 * 6, 1, -1, 1), last = random_values(5 * 16, 2, -1, 1);
  for (size_t c = 0; c < 16; ++c) {
    const float size = std::pow(10.0f, spread_of_channels * static_cast<float>(c) / 15);
    for (size_t i = 0; i < 6; ++i) first[c * 6 + i] *= size;
    for (size_t o = 0; o < 5; ++o) last[o * 16 + c] /= size;
  }
  graph::Conv2DAttrs conv;
  conv.activation = activation;
  graph::DepthwiseConv2DAttrs depthwise;
  depthwise.activation = activation;
  const auto bias = [&](const std::string& name, int32_t count) {
    return with_bias ? b.add_constant(name, {count}, random_values(static_cast<size_t>(count), 7, -0.2f, 0.2f))
                     : graph::kNoTensor;
  };
  int32_t y = b.conv2d(x, b.add_constant("w1", {16, 1, 1, 6}, first), bias("b1", 16), conv, {"first"});
  y = b.depthwise_conv2d(y, b.add_constant("w2", {1, 3, 3, 16}, random_values(9 * 16, 3, -0.5f, 1)), bias("b2", 16),
                         depthwise, {"middle"});
  b.mark_output(b.conv2d(y, b.add_constant("w3", {5, 1, 1, 16}, last), bias("b3", 5), {}, {"last"}));
  return b.finish();
}

}  // namespace

TEST_CASE("adaptive rounding keeps sums closer than rounding to nearest, on positions it hasn't seen") {
  RoundingProblem problem;
  problem.positions = 800, problem.depth = 40, problem.channels = 6;
  // Inputs that go together, as pixels do: what is rounded up in one place can be made up for in another.
  const std::vector<float> sources = random_values(800 * 4, 1, 0, 1), mixing = random_values(4 * 40, 2, 0, 1);
  const std::vector<float> noise = random_values(800 * 40, 3, -0.05f, 0.05f);
  for (size_t i = 0; i < 800; ++i) {
    for (size_t k = 0; k < 40; ++k) {
      float value = noise[i * 40 + k];
      for (size_t s = 0; s < 4; ++s) value += sources[i * 4 + s] * mixing[s * 40 + k];
      problem.patches.push_back(value);
    }
  }
  problem.weights = random_values(6 * 40, 4, -1, 1);
  problem.scales.assign(6, 1.0f / 15);  // 4 bits
  for (const float w : problem.weights) problem.rounded.push_back(static_cast<int8_t>(std::round(w * 15)));
  for (size_t i = 0; i < 800; ++i) {
    for (size_t c = 0; c < 6; ++c) {
      float sum = 0;
      for (size_t k = 0; k < 40; ++k) sum += problem.patches[i * 40 + k] * problem.weights[c * 40 + k];
      problem.wanted.push_back(sum);
    }
  }
  const RoundingResult result = round_adaptively(problem);
  CHECK(result.error_after < 0.3 * result.error_before);
  CHECK(result.changed > 20);
  for (size_t i = 0; i < problem.weights.size(); ++i) {
    CHECK(std::fabs(static_cast<float>(result.rounded[i]) - problem.weights[i] * 15) < 1);
  }
  CHECK(round_adaptively(problem).rounded == result.rounded);
}

TEST_CASE("adaptive rounding leaves weights alone that have nothing to gain") {
  RoundingProblem problem;
  problem.positions = 40, problem.depth = 3, problem.channels = 2;
  problem.patches = random_values(120, 1, -1, 1);
  problem.weights = {1, -2, 3, 127, -127, 0};
  problem.scales = {1, 1};
  problem.rounded = {1, -2, 3, 127, -127, 0};
  for (size_t i = 0; i < 40; ++i) {
    for (size_t c = 0; c < 2; ++c) {
      float sum = 0;
      for (size_t k = 0; k < 3; ++k) sum += problem.patches[i * 3 + k] * problem.weights[c * 3 + k];
      problem.wanted.push_back(sum);
    }
  }
  const RoundingResult result = round_adaptively(problem);
  CHECK(result.rounded == problem.rounded);
  CHECK(result.changed == 0);
}

TEST_CASE("equalization doesn't change what a float model computes, and evens out its channels") {
  const Activation activation = GENERATE(Activation::kNone, Activation::kRelu, Activation::kRelu6);
  const graph::Model model = separable(activation, 3);
  const auto samples = random_samples(model, 11);
  graph::Model equalized = model;
  const CarriedRanges none(model.main().tensors.size());
  const bool one_scale = GENERATE(false, true);
  const auto line = equalize(equalized, none, std::vector<OpChoice>(3, {Precision::kInt8, one_scale}), samples);
  REQUIRE(line.ok());
  CHECK(line->starts_with("equalize: 2 pairs of layers; the largest mismatch of channels "));
  CHECK(sqnr(outputs_of(model, samples), outputs_of(equalized, samples)) > 100);
  CHECK(equalized.main().tensors[1].data != model.main().tensors[1].data);
}

TEST_CASE("equalization is what a model with channels of very different ranges needs") {
  const graph::Model model = separable(Activation::kRelu, 3);
  const auto samples = random_samples(model, 11), others = random_samples(model, 977);
  const std::vector<float> wanted = outputs_of(model, others);
  const double before = sqnr(wanted, outputs_of(quantized(model, samples, "").model, others));
  const QuantizeResult after = quantized(model, samples, "equalize");
  INFO(before);
  CHECK(sqnr(wanted, outputs_of(after.model, others)) > before + 10);
  REQUIRE(after.refined.size() == 1);
}

TEST_CASE("pairs of layers are found where channels go from one to the other alone") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4, 4, 2});
  const int32_t first = add_pointwise(b, x, "first", {1, 2, 3, 4, 5, 6}, {1, 2, 3});
  const int32_t w = b.add_constant("w", {2, 1, 1, 3}, std::vector<float>{1, 2, 3, 4, 5, 6});
  size_t expected = 1;
  SECTION("directly") { b.mark_output(b.conv2d(first, w, graph::kNoTensor, {}, {"second"})); }
  SECTION("through operators that keep channels and scales") {
    graph::Pool2DAttrs window;
    window.filter_h = window.filter_w = 2;
    int32_t y = b.pool2d(OpKind::kMaxPool2D, first, window, {"pool"});
    y = b.pad(b.unary(OpKind::kRelu, y, {"relu"}), {0, 0, 1, 1, 1, 1, 0, 0}, {"pad"});
    b.mark_output(b.conv2d(y, w, graph::kNoTensor, {}, {"second"}));
  }
  SECTION("not through others") {
    b.mark_output(b.conv2d(b.unary(OpKind::kTanh, first, {"tanh"}), w, graph::kNoTensor, {}, {"second"}));
    expected = 0;
  }
  SECTION("not when another operator reads the result") {
    b.mark_output(b.conv2d(first, w, graph::kNoTensor, {}, {"second"}));
    b.mark_output(b.unary(OpKind::kTanh, first, {"tanh"}));
    expected = 0;
  }
  SECTION("not when it is an output") {
    b.mark_output(b.conv2d(first, w, graph::kNoTensor, {}, {"second"}));
    b.mark_output(first);
    expected = 0;
  }
  const graph::Model model = b.finish();
  CHECK(find_layer_pairs(model.main(), CarriedRanges(model.main().tensors.size())).size() == expected);
}

TEST_CASE("bias correction takes the expected error from every channel, with a bias or without") {
  const bool with_bias = GENERATE(true, false);
  const Scheme scheme = GENERATE(Scheme::kInt8, Scheme::kInt16x8);
  const graph::Model model = separable(Activation::kRelu, 0, with_bias);
  const auto samples = random_samples(model, 11);
  const std::vector<float> wanted = outputs_of(model, samples);
  const auto expected_error = [&](const char* refine) {
    const std::vector<float> got = outputs_of(quantized(model, samples, refine, scheme).model, samples);
    std::vector<double> errors(5, 0);
    for (size_t i = 0; i < got.size(); ++i) errors[i % 5] += double{got[i]} - double{wanted[i]};
    double squares = 0;
    for (const double error : errors) squares += error * error;
    return std::sqrt(squares) / static_cast<double>(got.size() / 5);
  };
  const double before = expected_error(""), after = expected_error("bias");
  INFO(before << " " << after);
  CHECK(after < 0.5 * before);
  const QuantizeResult result = quantized(model, samples, "bias", scheme);
  REQUIRE(result.refined.size() == 1);
  CHECK(result.refined[0].starts_with("bias: 3 layers; expected error of an output channel "));
  CHECK((result.refined[0].find("3 missing biases made") != std::string::npos) == !with_bias);
}

TEST_CASE("a transpose convolution and a dense layer have their biases corrected too") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4, 4, 2});
  const int32_t shape = b.add_constant("shape", {4}, std::vector<int32_t>{1, 8, 8, 3});
  graph::TransposeConvAttrs attrs;
  attrs.stride_h = attrs.stride_w = 2;
  const int32_t w = b.add_constant("w", {3, 3, 3, 2}, random_values(54, 1, -1, 1));
  const int32_t y = b.add_op(OpKind::kTransposeConv, attrs, {shape, w, x}, {"up"});
  const int32_t dense = b.add_constant("dense", {4, 192}, random_values(4 * 192, 2, -1, 1));
  b.mark_output(b.fully_connected(b.reshape(y, {1, 192}, {"flat"}), dense, graph::kNoTensor, {}, {"out"}));
  const graph::Model model = b.finish();
  const auto samples = random_samples(model, 5);
  const QuantizeResult result = quantized(model, samples, "bias");
  CHECK(result.refined[0].find("bias: 2 layers") == 0);
  for (const graph::Op& op : result.model.main().ops) {
    if (op.kind == OpKind::kTransposeConv) CHECK(op.inputs.size() == 4);
    if (op.kind == OpKind::kFullyConnected) CHECK(op.inputs[2] != graph::kNoTensor);
  }
}

TEST_CASE("adaptive rounding brings the outputs of a whole model closer to the float ones") {
  const graph::Model model = separable(Activation::kRelu, 0);
  const auto samples = picture_samples(model, 11), others = picture_samples(model, 977);
  const std::vector<float> wanted = outputs_of(model, others);
  // int16 activations, so that weights are what is lost.
  const double before = sqnr(wanted, outputs_of(quantized(model, samples, "bias", Scheme::kInt16x8).model, others));
  const QuantizeResult after = quantized(model, samples, "adaround,bias", Scheme::kInt16x8);
  INFO(before << " " << after.refined[0]);
  CHECK(sqnr(wanted, outputs_of(after.model, others)) > before + 1);
  REQUIRE(after.refined.size() == 2);
  CHECK(after.refined[0].starts_with("adaround: 3 layers, "));
  const QuantizeResult again = quantized(model, samples, "bias,adaround", Scheme::kInt16x8);
  CHECK(*again.model.main().tensors[1].data == *after.model.main().tensors[1].data);
}

TEST_CASE("layers of too many products are not rounded adaptively, and that is said") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 6145});
  const int32_t weights = b.add_constant("w", {2, 6145}, random_values(2 * 6145, 3, -1, 1));
  b.mark_output(b.fully_connected(x, weights, graph::kNoTensor, {}, {"y"}));
  const graph::Model model = b.finish();
  const auto samples = random_samples(model, 5);
  const QuantizeResult plain = quantized(model, samples, ""), refined = quantized(model, samples, "adaround");
  REQUIRE(refined.refined.size() == 1);
  CHECK(refined.refined[0].ends_with("; 1 layer with sums of more than 6144 products left as they were"));
  CHECK(*tensor_named(refined.model, "w").data == *tensor_named(plain.model, "w").data);
}

TEST_CASE("refinements that can't be") {
  CHECK(refinements_from_list("bias,equalise").error().text() ==
        "--refine 'equalise' is not known; there are bias, equalize and adaround");
  CHECK(!refinements_from_list("").ok());
  const graph::Model model = separable(Activation::kRelu, 0);
  Options options;
  options.refine.bias = true;
  NoData none;
  const auto result = quantize(model, options, none);
  REQUIRE(!result.ok());
  CHECK(result.error().code() == ErrorCode::kUsage);
  CHECK(result.error().text() == "refinements look at representative data; give --data");
}
