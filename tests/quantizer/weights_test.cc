// Modes that change constants alone, held against the files of TensorFlow's converter where these are there.
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>

#include "common/numerics/half.h"
#include "common/tflite/reader.h"
#include "common/tflite/writer.h"
#include "quantizer/quantize_weights.h"
#include "quantizer/weights/weights.h"
#include "tests/quantizer/load_model.h"
#include "tests/quantizer/sample_graphs.h"
#include "tests/support/shared.h"

using namespace atl;
using namespace atl::quantizer;
using namespace atl::quantizer::test;

namespace {

WeightResult quantized(const graph::Model& model, const WeightOptions& options) {
  auto result = quantize_weights(model, options);
  if (!result.ok()) FAIL(result.error().text());
  return std::move(result).value();
}

const graph::Tensor* constant_named(const graph::Model& model, const std::string& name) {
  for (const graph::Tensor& tensor : model.main().tensors) {
    if (tensor.is_constant() && tensor.name == name) return &tensor;
  }
  return nullptr;
}

// Every constant of theirs is one of ours: type, values, scales.
void check_same_constants(const graph::Model& ours, const graph::Model& theirs) {
  size_t compared = 0;
  for (const graph::Tensor& their : theirs.main().tensors) {
    if (!their.is_constant() || their.type == DType::kInt32) continue;
    INFO(their.name);
    const graph::Tensor* our = constant_named(ours, their.name);
    REQUIRE(our != nullptr);
    CHECK(our->type == their.type);
    CHECK(*our->data == *their.data);
    CHECK(our->quant.scale == their.quant.scale);
    CHECK(our->quant.zero_point == their.quant.zero_point);
    ++compared;
  }
  CHECK(compared == 4);
}

// The operators in order, with their versions and attributes.
std::vector<std::string> operators(const graph::Model& model) {
  auto written = tflite::read_model(tflite::write_model(model));
  REQUIRE(written.ok());
  std::vector<std::string> lines;
  for (const graph::Op& op : written->main().ops) {
    const bool asymmetric = std::holds_alternative<graph::FullyConnectedAttrs>(op.attrs) &&
                            std::get<graph::FullyConnectedAttrs>(op.attrs).asymmetric_quantize_inputs;
    lines.push_back(fmt::format("{} v{}{}", graph::op_name(op), op.version, asymmetric ? " asymmetric" : ""));
  }
  return lines;
}

void check_same_operators(const graph::Model& ours, const graph::Model& theirs) {
  CHECK(operators(ours) == operators(theirs));
}

// A network with a small filter, a large one, and a look-up by GATHER, which no hybrid kernel reads.
graph::Model float_network() {
  graph::GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 8, 8, 16});
  const int32_t small = b.add_constant<float>("small", {4, 1, 1, 16}, spread(64, -1, 1));
  const int32_t first = b.conv2d(x, small, graph::kNoTensor, {}, {"first"});
  const int32_t large = b.add_constant<float>("large", {32, 3, 3, 4}, spread(1152, -1, 1));
  const int32_t second = b.conv2d(first, large, graph::kNoTensor, {}, {"second"});
  const int32_t table = b.add_constant<float>("table", {64, 32}, spread(2048, -1, 1));
  const int32_t rows = b.add_constant<int32_t>("rows", {1}, {5});
  const int32_t row = b.add_op(graph::OpKind::kGather, graph::GatherAttrs{}, {table, rows}, graph::Output{"row"});
  b.mark_output(b.add(second, row, {}, {"sum"}));
  return b.finish();
}

}  // namespace

TEST_CASE("dynamic range: hybrid operators read int8, others through DEQUANTIZE, small weights stay") {
  const WeightResult result = quantized(float_network(), {});
  const graph::Subgraph& main = result.model.main();
  REQUIRE(main.ops.size() == 5);
  CHECK(main.ops[0].kind == graph::OpKind::kDequantize);
  CHECK(constant_named(result.model, "small")->type == DType::kFloat32);
  CHECK(constant_named(result.model, "large")->quant.scale.size() == 32);
  CHECK(constant_named(result.model, "large")->quant.axis == 0);
  CHECK(constant_named(result.model, "table")->quant.scale.size() == 1);
  CHECK(main.tensors[static_cast<size_t>(main.ops[2].inputs[1])].type == DType::kInt8);
  CHECK(main.tensors[static_cast<size_t>(main.ops[3].inputs[0])].name == "table_dequantized");
  REQUIRE(result.weights.size() == 3);
  CHECK_FALSE(result.weights[0].quantized);
  CHECK(result.weights[0].note == "64 elements, below 1024");
  CHECK(kernels::Interpreter::create(result.model).ok());
}

TEST_CASE("weight-only: all arithmetic is float") {
  WeightOptions options;
  options.mode = WeightMode::kWeightOnly;
  options.min_elements = 0;
  const WeightResult result = quantized(float_network(), options);
  size_t dequantized = 0;
  for (const graph::Op& op : result.model.main().ops) {
    dequantized += op.kind == graph::OpKind::kDequantize ? 1 : 0;
    for (const int32_t input : op.inputs) {
      const bool integer = input >= 0 && result.model.main().tensors[static_cast<size_t>(input)].type == DType::kInt8;
      CHECK((!integer || op.kind == graph::OpKind::kDequantize));
    }
  }
  CHECK(dequantized == 3);
}

TEST_CASE("float16 clamps what it can't hold, with a warning") {
  graph::GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {2});
  b.mark_output(b.add(x, b.add_constant<float>("c", {2}, {1e6f, 0.1f}), {}, {"y"}));
  WeightOptions options;
  options.mode = WeightMode::kFloat16;
  const WeightResult result = quantized(b.finish(), options);
  const graph::Tensor& c = *constant_named(result.model, "c");
  uint16_t values[2];
  std::memcpy(values, c.data->data(), sizeof values);
  CHECK(numerics::half_to_float(values[0]) == 65504.0f);
  CHECK(std::fabs(numerics::half_to_float(values[1]) - 0.1f) < 1e-4f);
  CHECK(result.warnings.size() == 1);
}

TEST_CASE("weights that are no numbers, and models without any, are refused") {
  graph::GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 2});
  const int32_t w = b.add_constant<float>("w", {1, 2}, {1, NAN});
  b.mark_output(b.fully_connected(x, w, graph::kNoTensor, {}, {"y"}));
  WeightOptions options;
  options.min_elements = 0;
  const auto result = quantize_weights(b.finish(), options);
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().text() == "tensor #1 'w': element 1 is nan; weights must be finite numbers");
  graph::GraphBuilder none;
  none.mark_output(none.unary(graph::OpKind::kRelu, none.add_input("x", DType::kFloat32, {2}), {"y"}));
  const auto nothing = quantize_weights(none.finish(), {});
  REQUIRE_FALSE(nothing.ok());
  CHECK(nothing.error().text() ==
        "the model has no float32 weights, so there is nothing to quantize; is it quantized already?");
}

TEST_CASE("the tutorial's models, as TensorFlow's converter and Quantize Weights make them") {
  const auto folder = atl::test::shared_path_or_skip("quantizer/tutorial");
  if (!folder) return;
  const graph::Model model = load(*folder + "/float.tflite");
  SECTION("dynamic range") {
    const graph::Model theirs = load(*folder + "/dynamic.tflite"), ours = quantized(model, {}).model;
    check_same_constants(ours, theirs);
    check_same_operators(ours, theirs);
  }
  SECTION("Quantize Weights, into a builder") {
    const auto file = read_file(*folder + "/float.tflite");
    REQUIRE(file.ok());
    flatbuffers::FlatBufferBuilder builder;
    const Status done = quantize_weights(&builder, *file);
    if (!done.ok()) FAIL(done.error().text());
    const auto ours = tflite::read_model({builder.GetBufferPointer(), builder.GetSize()});
    REQUIRE(ours.ok());
    const graph::Model theirs = load(*folder + "/dynamic_legacy.tflite");
    check_same_constants(*ours, theirs);
  }
  SECTION("float16") {
    WeightOptions options;
    options.mode = WeightMode::kFloat16;
    const graph::Model theirs = load(*folder + "/float16.tflite"), ours = quantized(model, options).model;
    check_same_constants(ours, theirs);
    check_same_operators(ours, theirs);
  }
}
