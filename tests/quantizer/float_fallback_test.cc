// Operators that can't be quantized, kept in float32 among integer ones.
#include <catch2/catch.hpp>

#include "common/graph/attributes.h"
#include "tests/quantizer/load_model.h"
#include "tests/quantizer/side_by_side.h"
#include "tests/support/shared.h"

using namespace atl;
using namespace atl::quantizer;
using namespace atl::quantizer::test;

namespace {

Result<QuantizeResult> with_fallback(const graph::Model& model, Scheme scheme, std::optional<DType> edges = {},
                                     float low = -1, float high = 1) {
  REQUIRE(graph::verify(model).ok());
  ArraySamples data = spread_samples(model, 20, low, high);
  Options options;
  options.scheme = scheme;
  options.input_type = options.output_type = edges;
  options.float_fallback = true;
  return quantize(model, options, data);
}

QuantizeResult kept(const graph::Model& model, Scheme scheme = Scheme::kInt8, std::optional<DType> edges = {}) {
  auto result = with_fallback(model, scheme, edges);
  if (!result.ok()) FAIL(result.error().text());
  REQUIRE(graph::verify(result->model).ok());
  return std::move(result).value();
}

int32_t sine(GraphBuilder& b, int32_t x, const std::string& name) {
  return b.add_op(OpKind::kSin, graph::NoAttrs{}, {x}, {name});
}
int32_t cosine(GraphBuilder& b, int32_t x, const std::string& name) {
  return b.add_op(OpKind::kCos, graph::NoAttrs{}, {x}, {name});
}
int32_t dense(GraphBuilder& b, int32_t x, const std::string& name) {
  const int32_t w = b.add_constant(name + "/w", {4, 4}, spread(16, -1, 1));
  const int32_t bias = b.add_constant(name + "/b", {4}, std::vector<float>{0.5f, -0.25f, 0, 0.125f});
  return b.fully_connected(x, w, bias, {}, {name});
}

constexpr const char* kNoForm = "has no integer form that the quantizer makes";

}  // namespace

TEST_CASE("an island in the middle, and what is reported of it") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  b.mark_output(dense(b, sine(b, dense(b, x, "first"), "sine"), "last"));
  const graph::Model model = b.finish();
  for (const Scheme scheme : {Scheme::kInt8, Scheme::kInt16x8}) {
    const QuantizeResult result = kept(model, scheme);
    CHECK(op_names(result.model) == "FULLY_CONNECTED DEQUANTIZE SIN QUANTIZE FULLY_CONNECTED");
    REQUIRE(result.in_float.size() == 1);
    CHECK(result.in_float[0].op == 1u);
    CHECK(result.in_float[0].label == "SIN #1 'sine'");
    CHECK(result.in_float[0].reason == kNoForm);
    CHECK(std::count(result.warnings.begin(), result.warnings.end(),
                     std::string("SIN #1 'sine' stays in float32: it ") + kNoForm) == 1);
    CHECK(largest_difference(model, result.model, -1, 1) < (scheme == Scheme::kInt8 ? 0.04 : 0.02));
    CHECK(tensor_named(result.model, "first").type == activation_type(scheme));
    CHECK(tensor_named(result.model, "first_float32").type == DType::kFloat32);
    CHECK(tensor_named(result.model, "sine").type == DType::kFloat32);
    CHECK(tensor_named(result.model, scheme == Scheme::kInt8 ? "sine_int8" : "sine_int16").quant.present());
  }
}

TEST_CASE("operators of one island have nothing between them, and nothing twice around them") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  const int32_t first = dense(b, x, "first");
  const int32_t s = sine(b, first, "sine"), c = cosine(b, s, "cosine");
  const int32_t again = cosine(b, first, "again");
  const int32_t sum = b.add(c, again, {}, {"sum"});
  b.mark_output(b.add(sum, b.add(again, first, {}, {"other"}), {}, {"y"}));
  const graph::Model model = b.finish();
  const QuantizeResult result = kept(model);
  CHECK(op_names(result.model) == "FULLY_CONNECTED DEQUANTIZE SIN COS COS QUANTIZE QUANTIZE ADD ADD ADD");
  CHECK(result.in_float.size() == 3);
  CHECK(largest_difference(model, result.model, -1, 1) < 0.06);
}

TEST_CASE("islands at inputs and outputs keep the types asked for at the edges") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  const int32_t y = sine(b, dense(b, sine(b, x, "first"), "middle"), "y");
  b.mark_output(y);
  const graph::Model model = b.finish();
  const auto names = [&](Scheme scheme, DType edges) {
    const graph::Model quantized = kept(model, scheme, edges).model;
    const graph::Tensor& input = quantized.main().tensors[static_cast<size_t>(quantized.main().inputs[0])];
    const graph::Tensor& output = quantized.main().tensors[static_cast<size_t>(quantized.main().outputs[0])];
    CHECK(input.type == edges);
    CHECK(input.name == "x");
    CHECK(output.type == edges);
    CHECK(output.name == "y");
    CHECK(largest_difference(model, quantized, -1, 1) < 0.05);
    return op_names(quantized);
  };
  const std::string inner = "SIN QUANTIZE FULLY_CONNECTED DEQUANTIZE SIN";
  CHECK(names(Scheme::kInt8, DType::kFloat32) == inner);
  CHECK(names(Scheme::kInt8, DType::kInt8) == "DEQUANTIZE " + inner + " QUANTIZE");
  CHECK(names(Scheme::kInt8, DType::kUint8) == "DEQUANTIZE " + inner + " QUANTIZE");
  CHECK(names(Scheme::kInt16x8, DType::kInt16) == "DEQUANTIZE " + inner + " QUANTIZE");
}

TEST_CASE("an output of an island that integer operators read as well is converted once") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  const int32_t s = sine(b, x, "sine");
  b.mark_output(s);
  b.mark_output(dense(b, s, "dense"));
  const graph::Model model = b.finish();
  const QuantizeResult result = kept(model);
  CHECK(op_names(result.model) == "DEQUANTIZE SIN QUANTIZE FULLY_CONNECTED");
  CHECK(largest_difference(model, result.model, -1, 1, 0) < 0.02);
  CHECK(largest_difference(model, result.model, -1, 1, 1) < 0.05);
}

TEST_CASE("an input that integer and float operators read") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  const int32_t layer = dense(b, x, "dense");
  b.mark_output(b.add(layer, sine(b, x, "sine"), {}, {"y"}));
  const graph::Model model = b.finish();
  const std::string rest = " SIN QUANTIZE ADD";
  CHECK(op_names(kept(model, Scheme::kInt8, DType::kInt8).model) == "FULLY_CONNECTED DEQUANTIZE" + rest);
  CHECK(op_names(kept(model, Scheme::kInt8, DType::kUint8).model) ==
        "QUANTIZE FULLY_CONNECTED DEQUANTIZE" + rest + " QUANTIZE");
  CHECK(op_names(kept(model, Scheme::kInt8, DType::kFloat32).model) ==
        "QUANTIZE FULLY_CONNECTED" + rest + " DEQUANTIZE");
}

TEST_CASE("operators of one scale around an island share the scale of what they join") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  const int32_t moved = b.reshape(x, {4, 1}, {"moved"});
  const int32_t s = sine(b, moved, "sine");
  const int32_t back = b.reshape(s, {1, 4}, {"back"});
  const int32_t wide = b.add_constant("wide", {1, 2}, std::vector<float>{-3, 5});
  b.mark_output(b.concatenation({back, x, wide}, 1, {"y"}));
  const graph::Model model = b.finish();
  const QuantizeResult result = kept(model);
  CHECK(op_names(result.model) == "RESHAPE DEQUANTIZE SIN QUANTIZE RESHAPE CONCATENATION");
  const graph::Quantization& joined = tensor_named(result.model, "y").quant;
  CHECK(tensor_named(result.model, "sine_int8").quant == joined);
  CHECK(tensor_named(result.model, "back").quant == joined);
  CHECK(tensor_named(result.model, "wide").quant == joined);
  CHECK(largest_difference(model, result.model, -1, 1) < 0.05);
}

TEST_CASE("constants that integer and float operators read have both forms") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  const int32_t c = b.add_constant("c", {1, 4}, std::vector<float>{1, 2, 3, 4});
  const int32_t power = b.add_op(OpKind::kPow, graph::NoAttrs{}, {x, c}, {"power"});
  b.mark_output(b.add(power, c, {}, {"y"}));
  const graph::Model model = b.finish();
  auto result = with_fallback(model, Scheme::kInt8, {}, 0.5f, 1.5f);
  REQUIRE(result.ok());
  CHECK(op_names(result->model) == "DEQUANTIZE POW QUANTIZE ADD");
  CHECK(tensor_named(result->model, "c").type == DType::kFloat32);
  CHECK(tensor_named(result->model, "c_2").type == DType::kInt8);
}

TEST_CASE("a division by what comes close to zero stays in float32") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  const int32_t divisor = b.add_constant("divisor", {4}, std::vector<float>{0.25f, 90, 200, 300});
  const int32_t quotient = b.add_op(OpKind::kDiv, graph::ActivationAttrs{}, {x, divisor}, {"quotient"});
  b.mark_output(dense(b, quotient, "y"));
  const QuantizeResult result = kept(b.finish());
  CHECK(op_names(result.model) == "DEQUANTIZE DIV QUANTIZE FULLY_CONNECTED");
  REQUIRE(result.in_float.size() == 1);
  CHECK(result.in_float[0].reason.starts_with("has a divisor, 'divisor', that comes as close to zero as 0.25"));
}

TEST_CASE("everything in float32 is allowed, and said") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  b.mark_output(sine(b, x, "y"));
  const QuantizeResult result = kept(b.finish());
  CHECK(op_names(result.model) == "DEQUANTIZE SIN QUANTIZE");
  CHECK(result.in_float.size() == 1);
}

TEST_CASE("an operator that can't be run is refused all the same") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  graph::Op op;
  op.builtin_code = 109;
  op.inputs = {sine(b, x, "sine")};
  graph::Tensor output;
  output.name = "where";
  output.shape = {1, 4};
  output.has_rank = true;
  b.mark_output(b.add_unknown_op(std::move(op), {std::move(output)}));
  const auto result = with_fallback(b.finish(), Scheme::kInt8);
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().code() == ErrorCode::kUnsupported);
  REQUIRE(result.error().messages().size() == 1);
  CHECK(result.error().text().starts_with("WHERE #1 'where' can't be quantized to int8: it is not an operator that"));
}

TEST_CASE("operators without outputs keep their place") {
  GraphBuilder b;
  b.add_op(OpKind::kCallOnce, graph::CallOnceAttrs{1}, {}, std::vector<graph::Tensor>{});
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  b.mark_output(dense(b, sine(b, x, "sine"), "y"));
  graph::Model model = b.finish();
  model.subgraphs.push_back(GraphBuilder("once").finish().main());
  const QuantizeResult result = kept(model);
  CHECK(op_names(result.model) == "CALL_ONCE DEQUANTIZE SIN QUANTIZE FULLY_CONNECTED");
}

TEST_CASE("other subgraphs stay in float32 with the operator that runs them") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  const int32_t which = b.add_constant("which", DType::kBool, {}, Bytes{1});
  const int32_t first = dense(b, x, "first");
  graph::Tensor output;
  output.name = "chosen";
  output.shape = {1, 4};
  output.has_rank = true;
  const int32_t chosen = b.add_op(OpKind::kIf, graph::IfAttrs{1, 2}, {which, first}, std::vector{output});
  b.mark_output(dense(b, chosen, "last"));
  graph::Model model = b.finish();
  for (const char* name : {"yes", "no"}) {
    GraphBuilder branch(name);
    const int32_t z = branch.add_input("z", DType::kFloat32, {1, 4});
    branch.mark_output(branch.unary(name == std::string("yes") ? OpKind::kRelu : OpKind::kTanh, z, {"r"}));
    model.subgraphs.push_back(branch.finish().main());
  }
  const QuantizeResult result = kept(model);
  CHECK(op_names(result.model) == "FULLY_CONNECTED DEQUANTIZE IF QUANTIZE FULLY_CONNECTED");
  CHECK(largest_difference(model, result.model, -1, 1) < 0.05);
  std::vector<std::string> labels;
  for (const FloatOperator& op : result.in_float) labels.push_back(op.label);
  CHECK(labels == std::vector<std::string>{"IF #1 'chosen'", "subgraph 1 'yes'", "subgraph 2 'no'"});
}

TEST_CASE("state in a variable stays in float32") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  const int32_t state = b.add_input("state", DType::kFloat32, {1, 4});
  b.subgraph().inputs.pop_back();
  b.tensor(state).is_variable = true;
  b.mark_output(dense(b, b.add(dense(b, x, "first"), state, {}, {"sum"}), "last"));
  const graph::Model model = b.finish();
  const QuantizeResult result = kept(model);
  CHECK(op_names(result.model) == "FULLY_CONNECTED DEQUANTIZE ADD QUANTIZE FULLY_CONNECTED");
  CHECK(tensor_named(result.model, "state").type == DType::kFloat32);
  CHECK(result.in_float[0].reason == "keeps its state in the variable 'state'");
  CHECK(largest_difference(model, result.model, -1, 1) < 0.05);
}

TEST_CASE("shapes that are known only when the model runs stay in float32") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  const int32_t n = b.add_input("n", DType::kInt32, {2});
  const auto open = [](const std::string& name) {
    graph::Tensor tensor;
    tensor.name = name;
    tensor.shape = {1, 1};
    tensor.shape_signature = {-1, -1};
    tensor.has_rank = tensor.open_shape = true;
    return std::vector{tensor};
  };
  const int32_t moved = b.add_op(OpKind::kReshape, graph::ReshapeAttrs{}, {dense(b, x, "first"), n}, open("open"));
  b.mark_output(b.add_op(OpKind::kRelu, graph::NoAttrs{}, {moved}, open("y")));
  const graph::Model model = b.finish();
  REQUIRE(graph::verify(model).ok());
  std::vector<int32_t> shapes;
  for (int i = 0; i < 20; ++i) shapes.insert(shapes.end(), {2, 2});
  Bytes bytes(shapes.size() * sizeof(int32_t));
  std::memcpy(bytes.data(), shapes.data(), bytes.size());
  ArraySamples data({{"x", float_array({20, 1, 4}, spread(80, -1, 1))},
                     {"n", {arrays::ElementType::kInt32, {20, 2}, std::move(bytes)}}});
  Options options;
  options.float_fallback = true;
  const auto result = quantize(model, options, data);
  if (!result.ok()) FAIL(result.error().text());
  CHECK(op_names(result->model) == "FULLY_CONNECTED DEQUANTIZE RESHAPE RELU QUANTIZE");
  REQUIRE(result->in_float.size() == 2);
  CHECK(result->in_float[0].reason == "has shapes that are known only when the model runs");
}

TEST_CASE("many offenders, in other subgraphs and behind operators of one scale, are one error without fallback") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  const int32_t moved = b.reshape(sine(b, b.reshape(x, {4, 1}, {"a"}), "first"), {2, 2}, {"b"});
  const int32_t padded = b.pad(cosine(b, moved, "second"), {0, 0, 0, 2}, {"c"});
  b.mark_output(b.reshape(sine(b, padded, "third"), {8}, {"d"}));
  graph::Model model = b.finish();
  GraphBuilder body("body");
  const int32_t z = body.add_input("z", DType::kFloat32, {1, 4});
  body.mark_output(cosine(body, body.reshape(sine(body, z, "fourth"), {4}, {"e"}), "fifth"));
  model.subgraphs.push_back(body.finish().main());
  ArraySamples data = spread_samples(model, 20, -1, 1);
  const auto refused = quantize(model, {}, data);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code() == ErrorCode::kUnsupported);
  std::vector<std::string> labels;
  for (const std::string& message : refused.error().messages())
    labels.push_back(message.substr(0, message.find(" can")));
  CHECK(labels == std::vector<std::string>{"SIN #1 'first'", "COS #3 'second'", "SIN #5 'third'",
                                           "subgraph 1 'body': SIN #0 'fourth'", "subgraph 1 'body': COS #2 'fifth'",
                                           "the model has 2 subgraphs; only a model of one"});
  const QuantizeResult result = kept(model);
  CHECK(op_names(result.model) ==
        "RESHAPE DEQUANTIZE SIN QUANTIZE RESHAPE DEQUANTIZE COS QUANTIZE PAD DEQUANTIZE SIN QUANTIZE RESHAPE");
  CHECK(result.in_float.size() == 4);
}

TEST_CASE("the shared material's unquantizable models, with fallback") {
  const auto folder = atl::test::shared_path_or_skip("quantizer/refuse");
  if (!folder) return;
  for (const auto& [file, kind, reason] :
       {std::tuple("float_sin", "SIN", kNoForm), {"float_cumsum", "CUMSUM", kNoForm}, {"float_elu", "ELU", kNoForm}}) {
    const graph::Model model = load(*folder + "/" + file + ".tflite");
    for (const Scheme scheme : {Scheme::kInt8, Scheme::kInt16x8}) {
      const QuantizeResult result = kept(model, scheme);
      size_t convolutions = 0;
      for (const graph::Op& op : result.model.main().ops) {
        if (op.kind != OpKind::kConv2D) continue;
        ++convolutions;
        const graph::Tensor& input = result.model.main().tensors[static_cast<size_t>(op.inputs[0])];
        CHECK(input.type == activation_type(scheme));
      }
      CHECK(convolutions == 1);
      REQUIRE(result.in_float.size() == 1);
      CHECK(result.in_float[0].label.starts_with(std::string(kind) + " #"));
      CHECK(result.in_float[0].reason == reason);
    }
  }
}
