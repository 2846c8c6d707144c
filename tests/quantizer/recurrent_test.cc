// LSTM and SVDF: every variant quantized and run beside its float form, over several invocations.
#include "tests/quantizer/recurrent_graphs.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "quantizer/observe/inner_tensors.h"
#include "quantizer/observe/range_table.h"
#include "quantizer/report/quality.h"
#include "tests/quantizer/load_model.h"
#include "tests/support/shared.h"

using namespace atl;
using namespace atl::quantizer;
using namespace atl::quantizer::test;
using atl::test::shared_path_or_skip;

namespace {

constexpr int64_t kSamples = 24;

std::vector<LstmVariant> lstm_variants() {
  std::vector<LstmVariant> variants;
  for (int bits = 0; bits < 32; ++bits) {
    LstmVariant v;
    v.input_gate = (bits & 1) == 0;
    v.peepholes = (bits & 2) != 0;
    v.projection = (bits & 4) != 0;
    v.normalized = (bits & 8) != 0;
    v.time_major = (bits & 16) != 0;
    if (!(v.peepholes && v.projection)) variants.push_back(v);
  }
  return variants;
}

Result<QuantizeResult> quantized(const graph::Model& model, Options options = {}) {
  options.input_type = options.output_type = DType::kFloat32;
  ArraySamples data = spread_samples(model, kSamples, -1, 1);
  return quantize(model, options, data);
}

// Outputs of a model with float edges, invocation after invocation.
std::vector<float> run(const graph::Model& model) {
  auto interpreter = kernels::Interpreter::create(model);
  if (!interpreter.ok()) FAIL(interpreter.error().text());
  ArraySamples data = spread_samples(model, kSamples, -1, 1);
  REQUIRE(data.open(model.main()).ok());
  std::vector<float> values;
  std::vector<Bytes> inputs;
  for (int64_t i = 0; i < kSamples; ++i) {
    REQUIRE(data.next(inputs).ok());
    interpreter->set_input(0, inputs[0]);
    REQUIRE(interpreter->invoke().ok());
    const auto output = interpreter->output(0).as<float>();
    values.insert(values.end(), output.begin(), output.end());
  }
  return values;
}

// Signal to quantization noise, in decibels.
double sqnr(const std::vector<float>& expected, const std::vector<float>& got) {
  REQUIRE(expected.size() == got.size());
  double signal = 0, noise = 0;
  for (size_t i = 0; i < expected.size(); ++i) {
    signal += double{expected[i]} * expected[i];
    noise += std::pow(double{expected[i]} - got[i], 2);
  }
  REQUIRE(signal > 0);
  return 10 * std::log10(signal / noise);
}

double quality(const graph::Model& model) {
  const auto result = quantized(model);
  if (!result.ok()) FAIL(result.error().text());
  return sqnr(run(model), run(result->model));
}

const graph::Op& only_lstm(const graph::Model& model) {
  const auto& ops = model.main().ops;
  const auto found = std::find_if(ops.begin(), ops.end(),
                                  [](const graph::Op& op) { return op.kind == OpKind::kUnidirectionalSequenceLstm; });
  REQUIRE(found != ops.end());
  return *found;
}

std::string refusal_of(const graph::Model& model) {
  const auto result = quantized(model);
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().code() == ErrorCode::kUnsupported);
  return result.error().text();
}

}  // namespace

TEST_CASE("every variant of an LSTM is close to its float form in int8") {
  for (const LstmVariant& variant : lstm_variants()) {
    INFO(variant.name());
    CHECK(quality(lstm_model(variant)) > 36);
  }
}

TEST_CASE("operands of an integer LSTM have the reference's types") {
  LstmVariant variant;
  variant.normalized = variant.projection = true;
  const auto result = quantized(lstm_model(variant));
  REQUIRE(result.ok());
  const graph::Op& op = only_lstm(result->model);
  const auto type = [&](size_t i) { return result->model.main().tensors[static_cast<size_t>(op.inputs[i])].type; };
  for (const size_t i : {0u, 1u, 2u, 3u, 4u, 5u, 6u, 7u, 8u, 16u, 18u}) CHECK(type(i) == DType::kInt8);
  for (const size_t i : {12u, 13u, 14u, 15u, 17u}) CHECK(type(i) == DType::kInt32);
  for (const size_t i : {19u, 20u, 21u, 22u, 23u}) CHECK(type(i) == DType::kInt16);
  REQUIRE(op.intermediates.size() == 5);
  for (const int32_t tensor : op.intermediates) {
    CHECK(result->model.main().tensors[static_cast<size_t>(tensor)].quant.present());
  }
}

TEST_CASE("a cell state's scale is the least power of two that holds every cell at every time step") {
  LstmVariant variant;
  variant.time = 40;
  const graph::Model model = lstm_model(variant);
  const auto result = quantized(model);
  REQUIRE(result.ok());
  const graph::Tensor& cells = tensor_named(result->model, "c");
  const Range& range = result->ranges.ranges.at("c");
  const double largest = std::max(std::fabs(range.min), std::fabs(range.max));
  const double bound = 32768 * double{cells.quant.scale[0]};
  CHECK(std::exp2(std::round(std::log2(bound))) == bound);
  CHECK(bound >= largest);
  CHECK((bound / 2 < largest || bound == 1));
  // The last time step alone would show less.
  graph::Model short_model = lstm_model(variant);
  kernels::InterpreterOptions keep_all;
  keep_all.preserve_all = true;
  auto interpreter = kernels::Interpreter::create(short_model, keep_all);
  REQUIRE(interpreter.ok());
  ArraySamples data = spread_samples(model, kSamples, -1, 1);
  REQUIRE(data.open(model.main()).ok());
  std::vector<Bytes> inputs;
  const auto state = static_cast<size_t>(model.main().ops[0].inputs[19]);
  float seen_at_ends = 0;
  for (int64_t i = 0; i < kSamples; ++i) {
    REQUIRE(data.next(inputs).ok());
    interpreter->set_input(0, inputs[0]);
    REQUIRE(interpreter->invoke().ok());
    for (const float c : interpreter->tensor(state).as<float>()) seen_at_ends = std::max(seen_at_ends, std::fabs(c));
  }
  CHECK(seen_at_ends < static_cast<float>(largest));
}

TEST_CASE("cells beyond 64 are clipped, and clipped cells need no more than the clip") {
  LstmVariant variant;
  variant.weights = 4;
  variant.cell_clip = 2;
  const auto result = quantized(lstm_model(variant));
  REQUIRE(result.ok());
  CHECK(tensor_named(result->model, "c").quant.scale[0] == 0x1p-14f);
}

TEST_CASE("SVDF is close to its float form in int8, over invocations") {
  for (const int32_t rank : {1, 2}) {
    for (const bool bias : {true, false}) {
      SvdfVariant variant;
      variant.rank = rank;
      variant.bias = bias;
      INFO("rank " << rank << (bias ? ", bias" : ""));
      CHECK(quality(svdf_model(variant)) > 44);
    }
  }
}

TEST_CASE("time weights of SVDF leave room for the sum") {
  const auto result = quantized(svdf_model({}));
  REQUIRE(result.ok());
  const std::vector<int16_t> time = constant_values<int16_t>(tensor_named(result->model, "time"));
  CHECK(*std::max_element(time.begin(), time.end()) == 512);
  CHECK(tensor_named(result->model, "state").type == DType::kInt16);
}

TEST_CASE("recurrent layers that no integer kernel computes are refused") {
  LstmVariant relu;
  relu.activation = graph::Activation::kRelu;
  CHECK(refusal_of(lstm_model(relu)) ==
        "UNIDIRECTIONAL_SEQUENCE_LSTM #0 'y' can't be quantized to int8: it has the activation relu; integer kernels "
        "compute tanh alone; replace it in the float model, or keep it in float32 (--float-fallback)");
  LstmVariant peepholes;
  peepholes.peepholes = peepholes.projection = true;
  CHECK(refusal_of(lstm_model(peepholes)).find("reads the peepholes wrongly") != std::string::npos);
  SvdfVariant svdf;
  svdf.activation = graph::Activation::kNone;
  CHECK(refusal_of(svdf_model(svdf)).find("it has the activation none; integer kernels take relu alone") !=
        std::string::npos);
  graph::Model shared = svdf_model({});
  shared.main().outputs.push_back(shared.main().ops[0].inputs[4]);
  CHECK(refusal_of(shared).find("it shares its state 'state' with others") != std::string::npos);
}

TEST_CASE("recurrent layers without an integer kernel say so") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 3, 2});
  const int32_t w = add_weights(b, "w", {4, 2}, -1, 1), r = add_weights(b, "r", {4, 4}, -1, 1);
  const int32_t bias = add_weights(b, "b", {4}, -1, 1), state = add_state(b, "h", {1, 4});
  b.mark_output(b.add_op(OpKind::kUnidirectionalSequenceRnn, graph::SequenceRnnAttrs{}, {x, w, r, bias, state}, {"y"}));
  CHECK(refusal_of(b.finish())
            .starts_with("UNIDIRECTIONAL_SEQUENCE_RNN #0 'y' can't be quantized to int8: it has no integer kernel in "
                         "the format's own "
                         "runtime; replace it in the float model with operators that have an integer form"));
}

TEST_CASE("a SVDF that shares its scale with negative values has no RELU") {
  const auto joined = [](float low) {
    graph::Model model = svdf_model({});
    graph::Subgraph& subgraph = model.main();
    graph::Tensor tensor;
    tensor.name = "joined";
    tensor.shape = {1, 8};
    graph::Tensor other = tensor;
    other.name = "other";
    other.shape = {1, 4};
    const std::vector<float> values = {low, 0.5f, 0, 1};
    other.data = graph::make_buffer(Bytes(reinterpret_cast<const uint8_t*>(values.data()),
                                          reinterpret_cast<const uint8_t*>(values.data() + values.size())));
    subgraph.tensors.push_back(other);
    subgraph.tensors.push_back(tensor);
    const auto last = static_cast<int32_t>(subgraph.tensors.size()) - 1;
    graph::Op op;
    op.kind = OpKind::kConcatenation;
    op.builtin_code = graph::op_info(op.kind).builtin_code;
    op.attrs = graph::ConcatenationAttrs{1};
    op.inputs = {subgraph.outputs[0], last - 1};
    op.outputs = {last};
    subgraph.ops.push_back(op);
    subgraph.outputs = {last};
    return model;
  };
  CHECK(refusal_of(joined(-0.5f)) ==
        "SVDF #0 'y' can't be quantized to int8: it shares its scale with values below 0 that it is joined with, and "
        "the integer kernel has no RELU then; put a RELU behind it in the float model");
  CHECK(quality(joined(0.5f)) > 40);
}

TEST_CASE("int16x8 has no form of recurrent layers") {
  Options options;
  options.scheme = Scheme::kInt16x8;
  for (const graph::Model& model : {lstm_model({}), svdf_model({})}) {
    const auto result = quantized(model, options);
    REQUIRE_FALSE(result.ok());
    CHECK(result.error().text().find("it has an int8 form and none with int16") != std::string::npos);
  }
}

TEST_CASE("ranges of inner values are saved, loaded and asked for") {
  LstmVariant variant;
  variant.normalized = variant.projection = true;
  const graph::Model model = lstm_model(variant);
  const auto learnt = quantized(model);
  REQUIRE(learnt.ok());
  Options options;
  options.input_type = options.output_type = DType::kFloat32;
  options.loaded_ranges = {learnt->ranges};
  NoData none;
  const auto loaded = quantize(model, options, none);
  if (!loaded.ok()) FAIL(loaded.error().text());
  CHECK(run(loaded->model) == run(learnt->model));
  for (const char* name : {"c", "y/hidden", "y/forget_gate"}) {
    options.loaded_ranges = {learnt->ranges};
    REQUIRE(options.loaded_ranges[0].ranges.erase(name) == 1);
    const auto missing = quantize(model, options, none);
    REQUIRE_FALSE(missing.ok());
    CHECK(missing.error().text().find(name) != std::string::npos);
  }
}

TEST_CASE("an LSTM that reads digits has the constants that TensorFlow's converter gives it") {
  const auto ours = shared_path_or_skip("corpus/float/tflm__trained_lstm.tflite");
  const auto theirs = shared_path_or_skip("corpus/int8/tflm__trained_lstm_int8.tflite");
  const auto digits = shared_path_or_skip("quantizer/tutorial/data.npz");
  if (!ours || !theirs || !digits) return;
  const auto stored = arrays::read_arrays(*digits);
  REQUIRE(stored.ok());
  const auto data_of = [&](const std::string& name) {
    const auto found =
        std::find_if(stored->begin(), stored->end(), [&](const auto& entry) { return entry.first == name; });
    REQUIRE(found != stored->end());
    return ArraySamples({{"0", found->second}}, {1.0 / 255, {}, 100});
  };
  ArraySamples calibration = data_of("calib_x"), test = data_of("test_x");
  const auto result = quantize(load(*ours), {}, calibration);
  if (!result.ok()) FAIL(result.error().text());
  const graph::Model converted = load(*theirs);
  const graph::Op &a = only_lstm(result->model), &b = only_lstm(converted);
  REQUIRE(a.inputs.size() == b.inputs.size());
  size_t compared = 0;
  for (size_t i = 1; i < 18; ++i) {
    REQUIRE((a.inputs[i] == graph::kNoTensor) == (b.inputs[i] == graph::kNoTensor));
    if (a.inputs[i] == graph::kNoTensor) continue;
    const auto at = [i](const graph::Model& model, const graph::Op& op) -> const graph::Tensor& {
      return model.main().tensors[static_cast<size_t>(op.inputs[i])];
    };
    INFO("input " << i);
    CHECK(*at(result->model, a).data == *at(converted, b).data);
    CHECK(at(result->model, a).quant.scale[0] == Approx(at(converted, b).quant.scale[0]).epsilon(1e-6));
    ++compared;
  }
  CHECK(compared == 12);
  const auto quality = measure_quality(result->making.prepared, result->model, result->making.origin, test, nullptr);
  REQUIRE(quality.ok());
  CHECK(quality->outputs[0].errors.sqnr().value() > 35);
  CHECK(quality->outputs[0].agreeing >= 98);
}
