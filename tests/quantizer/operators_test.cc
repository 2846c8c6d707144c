// Every operator with a rule, quantized and run beside its float form.
#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "tests/quantizer/operator_graphs.h"
#include "tests/quantizer/side_by_side.h"

using namespace atl;
using namespace atl::quantizer;
using namespace atl::quantizer::test;

namespace {

constexpr int64_t kSamples = 20;

std::vector<float> inputs(const OperatorCase& test) {
  return spread(static_cast<size_t>(kSamples) * 32, test.low, test.high);
}

struct Outputs {
  graph::Tensor tensor;
  std::vector<double> values;  // of every sample
};

// The last output of a model with float edges for every sample.
Outputs run(const graph::Model& model, const OperatorCase& test) {
  auto interpreter = kernels::Interpreter::create(model);
  if (!interpreter.ok()) FAIL(interpreter.error().text());
  const auto last = static_cast<size_t>(model.main().outputs.back());
  Outputs result{model.main().tensors[last], {}};
  const std::vector<float> all = inputs(test);
  for (size_t at = 0; at < all.size(); at += 32) {
    Bytes bytes(32 * sizeof(float));
    std::memcpy(bytes.data(), &all[at], bytes.size());
    interpreter->set_input(0, bytes);
    const Status status = interpreter->invoke();
    if (!status.ok()) FAIL(status.error().text());
    for (double value : real_values(result.tensor, interpreter->output(model.main().outputs.size() - 1).bytes)) {
      result.values.push_back(value);
    }
  }
  return result;
}

Result<QuantizeResult> quantized(const OperatorCase& test, Scheme scheme, DType output) {
  Options options;
  options.scheme = scheme;
  options.input_type = DType::kFloat32;
  options.output_type = output;
  ArraySamples data({{"0", float_array({kSamples, 1, 4, 4, 2}, inputs(test))}});
  return quantize(float_model(test), options, data);
}

// At most `steps` steps of the output, or, where it has none, different in one element of fifty.
void check_close(const OperatorCase& test, Scheme scheme, double steps) {
  INFO(graph::op_info(test.kind).name << ", " << scheme_name(scheme));
  const auto result = quantized(test, scheme, activation_type(scheme));
  if (!result.ok()) FAIL(result.error().text());
  const Outputs expected = run(float_model(test), test), got = run(result->model, test);
  REQUIRE(expected.values.size() == got.values.size());
  const double step = got.tensor.quant.present() ? double{got.tensor.quant.scale[0]} : 0;
  double worst = 0;
  size_t different = 0;
  for (size_t i = 0; i < expected.values.size(); ++i) {
    worst = std::max(worst, std::fabs(expected.values[i] - got.values[i]));
    different += expected.values[i] != got.values[i] ? 1 : 0;
  }
  if (step > 0) {
    CHECK(worst <= steps * step);
  } else {
    CHECK(different * 50 <= expected.values.size());
  }
}

bool is_weighted(OpKind kind) { return graph::op_info(kind).rule == graph::QuantRule::kWeighted; }

}  // namespace

TEST_CASE("every operator with a rule, on int8, is within a few steps of its float form") {
  for (const OperatorCase& test : operator_cases()) check_close(test, Scheme::kInt8, 4);
}

TEST_CASE("every operator with a rule, on int16x8, is close to its float form or refused") {
  for (const OperatorCase& test : operator_cases()) {
    // int8 weights are what bounds the accuracy of the weighted ones; interpolated tables that of functions.
    if (test.has_int16) check_close(test, Scheme::kInt16x8, is_weighted(test.kind) ? 300 : 48);
    if (test.has_int16) continue;
    const auto result = quantized(test, Scheme::kInt16x8, DType::kInt16);
    INFO(graph::op_info(test.kind).name);
    REQUIRE_FALSE(result.ok());
    for (const std::string& message : result.error().messages()) {
      CHECK(
          message.ends_with("' can't be quantized to int16x8: it has an int8 form and none with int16; quantize it to "
                            "int8 (--mode int8, or a --recipe for it alone), keep it in float32 (--float-fallback), or "
                            "replace it in the float model"));
    }
  }
}

TEST_CASE("no operator with a rule is without a test") {
  std::set<OpKind> tested;
  for (const OperatorCase& test : operator_cases()) tested.insert(test.kind);
  // In rules_test.cc.
  tested.insert({OpKind::kAveragePool2D, OpKind::kMaxPool2D, OpKind::kPad, OpKind::kSqueeze});
  // In recurrent_test.cc.
  tested.insert({OpKind::kSvdf, OpKind::kUnidirectionalSequenceLstm});
  const auto has_rule = [](graph::QuantRule rule) {
    return rule != graph::QuantRule::kNone && rule != graph::QuantRule::kEdge;
  };
#define ATOLL_OP(Name, BUILTIN, code, Attrs, Table, shape, rule, engine, doc) \
  if (has_rule(graph::QuantRule::k##rule)) {                                  \
    INFO(#BUILTIN);                                                           \
    CHECK(tested.contains(OpKind::k##Name));                                  \
  }
#include "common/graph/ops.def"
#undef ATOLL_OP
}

TEST_CASE("divisors that integers can't tell from zero are refused") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  const int32_t c = b.add_constant("c", {4}, std::vector<float>{255, 1, 0.25f, -8});
  const int32_t first = b.add_op(OpKind::kDiv, graph::ActivationAttrs{}, {x, c}, {"first"});
  b.mark_output(b.add_op(OpKind::kDiv, graph::ActivationAttrs{}, {c, x}, {"second"}));
  b.mark_output(first);
  const graph::Model model = b.finish();
  ArraySamples far = spread_samples(model, 20, 1, 4), near = spread_samples(model, 20, 0.001f, 4);
  const auto constant = quantize(model, {}, far);
  REQUIRE_FALSE(constant.ok());
  CHECK(constant.error().code() == ErrorCode::kUnsupported);
  CHECK(constant.error().text() ==
        "DIV #0 'first' can't be quantized to int8: it has a divisor, 'c', that comes as close to zero as 0.25 where a "
        "step is 1.0313725, so it would divide by zero; multiply by a reciprocal in the float model, or keep it in "
        "float32 "
        "(--float-fallback)");
  const auto both = quantize(model, {}, near);
  REQUIRE_FALSE(both.ok());
  CHECK(both.error().messages().size() == 2);
}
