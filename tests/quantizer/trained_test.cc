// Ranges that a model brings from quantization-aware training.
#include <catch2/catch.hpp>
#include <cmath>

#include "common/tflite/reader.h"
#include "common/tflite/writer.h"
#include "quantizer/prepare/prepare.h"
#include "quantizer/prepare/trained_ranges.h"
#include "tests/quantizer/sample_graphs.h"

using namespace atl;
using namespace atl::quantizer;
using namespace atl::quantizer::test;

namespace {

int32_t fake_quant(GraphBuilder& b, int32_t x, const std::string& name, float min, float max, int32_t bits = 8,
                   bool narrow = false) {
  return b.add_op(OpKind::kFakeQuant, graph::FakeQuantAttrs{min, max, bits, narrow}, {x}, {name});
}

// A small network as training leaves it: everything that will be an integer goes through FAKE_QUANT.
graph::Model trained(int32_t weight_bits = 8, bool narrow = true) {
  GraphBuilder b;
  const int32_t x = fake_quant(b, b.add_input("x", DType::kFloat32, {1, 4, 4, 2}), "x_fq", -1, 1);
  const int32_t w = b.add_constant("w", {3, 3, 3, 2}, spread(54, -0.5f, 0.5f));
  const int32_t w_fq = fake_quant(b, w, "w_fq", -0.5f, 0.5f, weight_bits, narrow);
  graph::Conv2DAttrs relu;
  relu.activation = graph::Activation::kRelu;
  const int32_t bias = b.add_constant("b", {3}, std::vector<float>{0.1f, -0.2f, 0.3f});
  const int32_t y = fake_quant(b, b.conv2d(x, w_fq, bias, relu, {"conv"}), "conv_fq", 0, 3.5f);
  const int32_t flat = b.reshape(y, {1, 48}, {"flat"});
  const int32_t dense = b.add_constant("dense", {4, 48}, spread(192, -0.3f, 0.4f));
  const int32_t z = fake_quant(b, b.fully_connected(flat, dense, graph::kNoTensor, {}, {"fc"}), "fc_fq", -9, 4.3f);
  b.mark_output(b.softmax(z, {"out"}));
  return b.finish();
}

QuantizeResult without_data(const graph::Model& model, Options options = {}) {
  REQUIRE(graph::verify(model).ok());
  NoData none;
  auto result = quantize(model, options, none);
  if (!result.ok()) FAIL(result.error().text());
  return std::move(result).value();
}

const graph::Quantization& quant_of(const QuantizeResult& result, const std::string& name) {
  return tensor_named(result.model, name).quant;
}

void check_params(const graph::Quantization& quant, double scale, int64_t zero_point) {
  CHECK(double{quant.scale[0]} == Approx(scale).epsilon(3e-7));
  CHECK(quant.zero_point[0] == zero_point);
}

}  // namespace

TEST_CASE("a model whose activations all bring ranges needs no data") {
  const QuantizeResult result = without_data(trained());
  CHECK(op_names(result.model) == "CONV_2D RESHAPE FULLY_CONNECTED SOFTMAX");
  CHECK(result.prepared == "4 FAKE_QUANT taken as ranges");
  CHECK(result.warnings.empty());
  check_params(quant_of(result, "x"), 2.0 / 255, 0);  // 0 lies between steps 127 and 128: the upper
  check_params(quant_of(result, "conv"), 3.5 / 255, -128);
  check_params(quant_of(result, "flat"), 3.5 / 255, -128);      // moved along
  check_params(quant_of(result, "fc"), 13.3 / 255, 173 - 128);  // 9 / 13.3 * 255 = 172.6
  CHECK(quant_of(result, "out") == graph::per_tensor(1.0f / 256, -128));
}

TEST_CASE("weights keep the integers they were trained with") {
  const bool narrow = GENERATE(true, false);
  const int32_t bits = GENERATE(8, 4);
  const graph::Model model = trained(bits, narrow);
  const QuantizeResult result = without_data(model);
  const graph::Tensor& weights = tensor_named(result.model, "w_fq");
  const double steps = (1 << bits) - (narrow ? 2 : 1);
  REQUIRE(weights.quant.scale.size() == 1);
  check_params(weights.quant, 1 / steps, 0);
  const std::vector<int8_t> integers = constant_values<int8_t>(weights);
  const std::vector<float> values = spread(54, -0.5f, 0.5f);
  // The even number of steps of a narrow range has 0 in its middle; the other is moved by half a step.
  for (size_t i = 0; i < values.size(); ++i) {
    CHECK(std::fabs(double{values[i]} * steps - static_cast<double>(integers[i])) <= (narrow ? 0.501 : 1.001));
  }
}

TEST_CASE("the integer model computes what the network was trained to compute") {
  const graph::Model model = trained();
  Options options;
  options.input_type = options.output_type = DType::kFloat32;
  const QuantizeResult result = without_data(model, options);
  auto trained_one = kernels::Interpreter::create(model), integer = kernels::Interpreter::create(result.model);
  REQUIRE(trained_one.ok());
  REQUIRE(integer.ok());
  const std::vector<float> x = spread(32 * 20, -1.2f, 1.2f);
  for (size_t at = 0; at < x.size(); at += 32) {
    const std::span<const uint8_t> bytes(reinterpret_cast<const uint8_t*>(&x[at]), 32 * sizeof(float));
    trained_one->set_input(0, bytes), integer->set_input(0, bytes);
    REQUIRE(trained_one->invoke().ok());
    REQUIRE(integer->invoke().ok());
    for (size_t i = 0; i < 4; ++i) {
      float wanted, got;
      std::memcpy(&wanted, &trained_one->output(0).bytes[i * 4], 4);
      std::memcpy(&got, &integer->output(0).bytes[i * 4], 4);
      CHECK(std::fabs(wanted - got) < 0.03f);
    }
  }
}

TEST_CASE("ranges from training go before those of the data, and data is asked for where one is missing") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  const int32_t tanh = b.unary(OpKind::kAbs, fake_quant(b, x, "x_fq", -4, 4), {"abs"});
  b.mark_output(tanh);
  const graph::Model model = b.finish();
  NoData none;
  const auto refused = quantize(model, {}, none);
  REQUIRE(!refused.ok());
  CHECK(refused.error().code() == ErrorCode::kUsage);
  CHECK(refused.error().text() ==
        "the model brings ranges from its training, but not for 1 activation ('abs'): give --data for it");
  ArraySamples data = spread_samples(model, 20, -1, 1);
  const auto result = quantize(model, {}, data);
  REQUIRE(result.ok());
  check_params(quant_of(*result, "x"), 8.0 / 255, 0);
  check_params(quant_of(*result, "abs"), 1.0 / 255, -128);
}

TEST_CASE("min and max that a file has beside its tensors are ranges too") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  b.mark_output(b.unary(OpKind::kAbs, x, {"abs"}));
  graph::Model model = b.finish();
  model.main().tensors[0].quant.min = {-2}, model.main().tensors[0].quant.max = {3};
  model.main().tensors[1].quant.min = {0}, model.main().tensors[1].quant.max = {3};
  const auto again = tflite::read_model(tflite::write_model(model));
  REQUIRE(again.ok());
  const QuantizeResult result = without_data(*again);
  CHECK(result.prepared == "2 stored ranges taken");
  check_params(quant_of(result, "x"), 5.0 / 255, 102 - 128);
  check_params(quant_of(result, "abs"), 3.0 / 255, -128);
}

TEST_CASE("other steps than those of training are warned of") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  b.mark_output(fake_quant(b, b.unary(OpKind::kAbs, fake_quant(b, x, "x_fq", -4, 4), {"abs"}), "abs_fq", 0, 4, 4));
  const graph::Model model = b.finish();
  const QuantizeResult result = without_data(model);
  REQUIRE(result.warnings.size() == 1);
  CHECK(
      result.warnings[0] ==
      "1 activation was trained with another number of steps than it has now (4 bits, for one): ranges are taken, and "
      "what the network learnt about rounding doesn't hold: 'abs_fq'");
  check_params(quant_of(result, "abs_fq"), 4.0 / 255, -128);
  Options wide;
  wide.scheme = Scheme::kInt16x8;
  CHECK(without_data(model, wide).warnings.size() == 1);
}

TEST_CASE("weights that int8 around 0 can't hold get scales by their values, with a warning") {
  GraphBuilder b;
  const int32_t x = fake_quant(b, b.add_input("x", DType::kFloat32, {1, 4}), "x_fq", -1, 1);
  const int32_t w = b.add_constant("w", {2, 4}, spread(8, 0, 1));
  const int32_t y = b.fully_connected(x, fake_quant(b, w, "w_fq", 0, 1), graph::kNoTensor, {}, {"fc"});
  b.mark_output(fake_quant(b, y, "fc_fq", -4, 4));
  const QuantizeResult result = without_data(b.finish());
  REQUIRE(result.warnings.size() == 1);
  CHECK(result.warnings[0] ==
        "weights that were trained with steps which int8 around 0 hasn't got get scales by their values: 'w_fq'");
  CHECK(quant_of(result, "w_fq").scale.size() == 2);
}

TEST_CASE("a FAKE_QUANT between an input and an output stays as a copy") {
  GraphBuilder b;
  b.mark_output(fake_quant(b, b.add_input("x", DType::kFloat32, {1, 4}), "y", -1, 1));
  const QuantizeResult result = without_data(b.finish());
  CHECK(op_names(result.model) == "RESHAPE");
  check_params(quant_of(result, "y"), 2.0 / 255, 0);
  CHECK(quant_of(result, "x") == quant_of(result, "y"));
}

TEST_CASE("a narrow range of an activation keeps its steps") {
  const Range range = trained_range({-127, 127, 8, true});
  check_params(to_quantization(asymmetric_int8(range)), 1, 0);
}

TEST_CASE("pairs of QUANTIZE and DEQUANTIZE stand for FAKE_QUANT") {
  GraphBuilder b;
  const auto pair = [&](int32_t x, const std::string& name, DType type, const graph::Quantization& quant) {
    const int32_t q = b.unary(OpKind::kQuantize, x, {name + "_q", type, quant});
    return b.unary(OpKind::kDequantize, q, {name});
  };
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  const int32_t in = pair(x, "in", DType::kUint8, graph::per_tensor(0.5f, 100));
  const int32_t w = b.add_constant("w", {2, 4}, std::vector<float>{1, -2, 3, 4, 5.1f, -6, 0.3f, 8});
  const bool per_channel = GENERATE(false, true);
  const int32_t w_dq =
      pair(w, "w_dq", DType::kInt8, per_channel ? graph::per_channel({0.25f, 0.5f}, 0) : graph::per_tensor(0.25f, 0));
  const int32_t y = b.fully_connected(in, w_dq, graph::kNoTensor, {}, {"fc"});
  b.mark_output(pair(y, "y", DType::kInt8, graph::per_tensor(2, 3)));
  const QuantizeResult result = without_data(b.finish());
  CHECK(op_names(result.model) == "FULLY_CONNECTED");
  CHECK(result.prepared == "3 pairs of QUANTIZE and DEQUANTIZE taken as ranges");
  check_params(quant_of(result, "x"), 0.5, 100 - 128);
  check_params(quant_of(result, "y"), 2, 3);
  const graph::Tensor& weights = tensor_named(result.model, "w_dq");
  if (per_channel) {
    CHECK(weights.quant.scale.size() == 2);
  } else {
    check_params(weights.quant, 0.25, 0);
    CHECK(constant_values<int8_t>(weights) == std::vector<int8_t>{4, -8, 12, 16, 20, -24, 1, 32});
  }
}

TEST_CASE("a range that only an input of the model states is not one from training") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  b.mark_output(b.unary(OpKind::kAbs, x, {"abs"}));
  graph::Model model = b.finish();
  model.main().tensors[0].quant.min = {0}, model.main().tensors[0].quant.max = {255};
  CHECK(prepare(model).summary.empty());
  ArraySamples data = spread_samples(model, 20, -1, 1);
  const auto result = quantize(model, {}, data);
  REQUIRE(result.ok());
  check_params(quant_of(*result, "x"), 2.0 / 255, -1);
}
