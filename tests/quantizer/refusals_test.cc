// What can't be quantized, and what is said of it, in full.
#include <catch2/catch.hpp>

#include "quantizer/plan/quantizable.h"
#include "tests/quantizer/sample_graphs.h"

using namespace atl;
using namespace atl::quantizer;
using namespace atl::quantizer::test;

namespace {

constexpr const char* kHelp =
    "replace it in the float model with operators that have an integer form (docs/quantization.md lists them), or "
    "quantize its weights alone (--mode dynamic-range)";

constexpr const char* kHelpWithFallback =
    "replace it in the float model with operators that have an integer form (docs/quantization.md lists them), keep it "
    "in float32 (--float-fallback), or quantize weights alone (--mode dynamic-range)";

int32_t add_unknown(GraphBuilder& b, int32_t builtin, const std::string& name, int32_t input,
                    const std::string& custom_code = "") {
  graph::Op op;
  op.builtin_code = builtin;
  op.custom_code = custom_code;
  op.inputs = {input};
  graph::Tensor output;
  output.name = name;
  output.shape = b.tensor(input).shape;
  output.has_rank = true;
  return b.add_unknown_op(std::move(op), {std::move(output)});
}

// Fails the test when data is asked for.
class UntouchableData : public RepresentativeData {
 public:
  Status open(const graph::Subgraph&) override {
    FAIL("data was asked for");
    return {};
  }
  int64_t num_samples() const override { return 0; }
  Status next(std::vector<Bytes>&) override { return {}; }
};

Error refused(const graph::Model& model) {
  REQUIRE(graph::verify(model).ok());
  UntouchableData data;
  const auto result = quantize(model, {}, data);
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().code() == ErrorCode::kUnsupported);
  return result.error();
}

}  // namespace

TEST_CASE("every operator that can't be quantized is named in one error, before data is asked for") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  const int32_t sine = add_unknown(b, 109, "model/sin", x);
  const int32_t relu = b.unary(OpKind::kRelu, sine, {"relu"});
  const int32_t sum = add_unknown(b, 128, "model/cumsum", relu);
  const int32_t reshaped = b.reshape(sum, {4, 1}, {"reshaped"});
  const int32_t elu = add_unknown(b, 111, "model/elu", reshaped);
  const int32_t custom = add_unknown(b, 32, "model/custom", elu, "Frobnicate");
  b.mark_output(custom);
  const Error error = refused(b.finish());
  REQUIRE(error.messages().size() == 4);
  CHECK(error.messages()[0] ==
        std::string("WHERE #0 'model/sin' can't be quantized to int8: it is not an operator that Atoll knows; ") +
            kHelp);
  CHECK(error.messages()[1] ==
        std::string("CUMSUM #2 'model/cumsum' can't be quantized to int8: it is not an operator that Atoll knows; ") +
            kHelp);
  CHECK(error.messages()[2] ==
        std::string("ELU #4 'model/elu' can't be quantized to int8: it is not an operator that Atoll knows; ") + kHelp);
  CHECK(error.messages()[3] ==
        std::string(
            "CUSTOM(Frobnicate) #5 'model/custom' can't be quantized to int8: it is a custom operator, which Atoll "
            "has no code for; ") +
            kHelp);
}

TEST_CASE("operators are known, and still can't be quantized") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  const int32_t y = b.add_input("y", DType::kFloat32, {2, 4});
  const int32_t dense = b.fully_connected(x, y, graph::kNoTensor, {}, {"dense"});
  const int32_t bad = b.add_constant("bad", {1, 2}, std::vector<float>{1, std::nanf("")});
  const int32_t sum = b.add(dense, bad, {}, {"sum"});
  const int32_t half = b.add_input("half", DType::kFloat16, {1, 2});
  b.unary(OpKind::kDequantize, half, {"widened"});
  const int32_t weights = b.add_constant("weights", {2, 2}, std::vector<float>{1, 2, 3, 4});
  const int32_t last = b.fully_connected(sum, weights, dense, {}, {"last"});
  b.mark_output(last);
  b.mark_output(bad);
  const Error error = refused(b.finish());
  CHECK(error.messages() ==
        std::vector<std::string>{
            "FULLY_CONNECTED #0 'dense' can't be quantized to int8: it has weights that the model computes ('y'); "
            "integer "
            "kernels need constant ones; make them constants of the float model, or keep it in float32 "
            "(--float-fallback)",
            "ADD #1 'sum' can't be quantized to int8: it uses 'bad', whose element 1 is NaN; repair the float model",
            "DEQUANTIZE #2 'widened' can't be quantized to int8: it belongs to a model that is quantized in part; "
            "start from "
            "the float model that it was made from",
            "FULLY_CONNECTED #3 'last' can't be quantized to int8: it has a bias that the model computes ('dense'); "
            "integer "
            "kernels need constant ones; make them constants of the float model, or keep it in float32 "
            "(--float-fallback)",
            "tensor #3 'bad' is an output of the model and a constant, which can't be quantized; drop that output"});
}

TEST_CASE("a model that is quantized already") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kInt8, {1, 4}, graph::per_tensor(0.5f, 0));
  b.mark_output(b.unary(OpKind::kRelu, x, {"y", DType::kInt8, graph::per_tensor(0.5f, 0)}));
  CHECK(refused(b.finish()).text() ==
        "the model is integer already: none of its 1 operators computes in float32; quantize takes the float model "
        "that it was made from");
}

TEST_CASE("a model that is quantized already, with operators that Atoll doesn't know and float edges") {
  GraphBuilder b;
  const graph::Quantization quant = graph::per_tensor(0.5f, 0);
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  const int32_t q = b.unary(OpKind::kQuantize, x, {"q", DType::kInt8, quant});
  const int32_t sine = add_unknown(b, 109, "sine", q);
  b.tensor(sine).type = DType::kInt8;
  b.tensor(sine).quant = quant;
  b.mark_output(b.unary(OpKind::kDequantize, sine, {"y"}));
  CHECK(refused(b.finish()).text() ==
        "the model is integer already: none of its 3 operators computes in float32; quantize takes the float model "
        "that it was made from");
}

TEST_CASE("a model that computes nothing in float32") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kInt32, {1, 4});
  b.mark_output(b.reshape(x, {4}, {"y", DType::kInt32}));
  CHECK(refused(b.finish()).text() ==
        "none of the model's 1 operators computes in float32, so there is nothing to quantize");
}

TEST_CASE("a model that is quantized in part") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  const int32_t q = b.unary(OpKind::kQuantize, x, {"q", DType::kInt8, graph::per_tensor(0.5f, 0)});
  const int32_t y = b.unary(OpKind::kRelu, q, {"y", DType::kInt8, graph::per_tensor(0.5f, 0)});
  const int32_t d = b.unary(OpKind::kDequantize, y, {"d"});
  b.mark_output(b.unary(OpKind::kRelu, d, {"z"}));
  CHECK(
      refused(b.finish()).messages() ==
      std::vector<std::string>{
          "QUANTIZE #0 'q' can't be quantized to int8: it belongs to a model that is quantized in part; start from the "
          "float model that it was made from",
          "RELU #1 'y' can't be quantized to int8: it uses 'q', which is int8 already; start from the float model that "
          "it was made from",
          "DEQUANTIZE #2 'd' can't be quantized to int8: it belongs to a model that is quantized in part; start from "
          "the float model that it was made from"});
}

TEST_CASE("a model of several subgraphs, with an offender in the second") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  b.mark_output(b.unary(OpKind::kRelu, x, {"y"}));
  graph::Model model = b.finish();
  GraphBuilder body("body");
  const int32_t z = body.add_input("z", DType::kFloat32, {1, 4});
  body.mark_output(add_unknown(body, 109, "s", z));
  model.subgraphs.push_back(body.finish().main());
  CHECK(
      refused(model).messages() ==
      std::vector<std::string>{
          std::string(
              "subgraph 1 'body': WHERE #0 's' can't be quantized to int8: it is not an operator that Atoll knows; ") +
              kHelp,
          "the model has 2 subgraphs; only a model of one can be quantized whole, so cut it into models of one, or "
          "keep "
          "the others in float32 (--float-fallback)"});
}

TEST_CASE("a model without operators") {
  GraphBuilder b;
  b.mark_output(b.add_input("x", DType::kFloat32, {1}));
  CHECK(refused(b.finish()).text() == "the model has no operators, so there is nothing to quantize");
}

TEST_CASE("state in a variable") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  const int32_t state = b.add_input("state", DType::kFloat32, {1, 4});
  b.subgraph().inputs.pop_back();
  b.tensor(state).is_variable = true;
  b.mark_output(b.add(x, state, {}, {"y"}));
  CHECK(refused(b.finish()).text() ==
        "ADD #0 'y' can't be quantized to int8: it keeps its state in the variable 'state'; make the state an input "
        "and an output of the model, or keep it in float32 (--float-fallback)");
}

TEST_CASE("types of inputs and outputs that an int8 model can't have") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  b.mark_output(b.unary(OpKind::kRelu, x, {"y"}));
  UntouchableData data;
  Options options;
  options.output_type = DType::kInt16;
  const auto result = quantize(b.finish(), options, data);
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().code() == ErrorCode::kUsage);
  CHECK(result.error().text() == "output type int16: an int8 model can have int8, uint8 or float32");
}

TEST_CASE("types of inputs and outputs that an int16x8 model can't have") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  b.mark_output(b.unary(OpKind::kRelu, x, {"y"}));
  UntouchableData data;
  Options options;
  options.scheme = Scheme::kInt16x8;
  options.input_type = DType::kInt8;
  const auto result = quantize(b.finish(), options, data);
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().text() == "input type int8: an int16x8 model can have int16 or float32");
}

TEST_CASE("several offenders of several reasons, behind operators of one scale, in int16x8") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  const int32_t alpha = b.add_input("alpha", DType::kFloat32, {4});
  const int32_t sine = b.add_op(OpKind::kSin, graph::NoAttrs{}, {x}, {"sine"});
  const int32_t moved = b.reshape(sine, {4, 1}, {"moved"});
  const int32_t swish = b.add_op(OpKind::kHardSwish, graph::NoAttrs{}, {moved}, {"swish"});
  const int32_t back = b.reshape(swish, {1, 4}, {"back"});
  b.mark_output(b.add_op(OpKind::kPrelu, graph::NoAttrs{}, {back, alpha}, {"y"}));
  UntouchableData data;
  Options options;
  options.scheme = Scheme::kInt16x8;
  const auto result = quantize(b.finish(), options, data);
  REQUIRE_FALSE(result.ok());
  CHECK(
      result.error().messages() ==
      std::vector<std::string>{
          std::string(
              "SIN #0 'sine' can't be quantized to int16x8: it has no integer form that the quantizer makes; ") +
              kHelpWithFallback,
          "HARD_SWISH #2 'swish' can't be quantized to int16x8: it has an int8 form and none with int16; quantize it "
          "to int8 (--mode int8, or a --recipe for it alone), keep it in float32 (--float-fallback), or replace it in "
          "the float model",
          "PRELU #4 'y' can't be quantized to int16x8: it has an alpha that the model computes ('alpha'); integer "
          "kernels need constant ones; make them constants of the float model, or keep it in float32 "
          "(--float-fallback)"});
}

TEST_CASE("operators without a rule that work on integers are left alone") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  const int32_t n = b.add_input("n", DType::kInt32, {1});
  const int32_t two = b.add_constant("two", {1}, std::vector<int32_t>{2});
  b.mark_output(b.add_op(OpKind::kFloorDiv, graph::NoAttrs{}, {n, two}, {"half", DType::kInt32}));
  b.mark_output(b.unary(OpKind::kRelu, x, {"y"}));
  CHECK(check_quantizable(b.finish()).ok());
}
