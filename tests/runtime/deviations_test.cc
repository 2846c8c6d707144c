// What the reference runtime is no judge of.
#include "runtime/deviations.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "common/graph/builder.h"

using namespace atl;
using graph::DType;
using graph::OpKind;

namespace {

graph::Model summed(DType type) {
  graph::GraphBuilder b;
  const auto quant = graph::per_tensor(0.5f, 0);
  const int32_t x = b.add_input("x", type, {2, 3}, quant);
  const int32_t first = b.unary(OpKind::kRelu, x, {"first", type, quant});
  const int32_t axes = b.add_constant<int32_t>("axes", {1}, {1});
  const int32_t sum = b.add_op(OpKind::kSum, graph::ReduceAttrs{}, {first, axes}, graph::Output{"sum", type, quant});
  b.mark_output(b.unary(OpKind::kRelu, sum, {"last", type, quant}));
  return b.finish();
}

}  // namespace

TEST_CASE("SUM of int8 is a known deviation, and what depends on it is not judged") {
  const graph::Model model = summed(DType::kInt8);
  const auto found = runtime::known_deviations(model.main());
  REQUIRE(found.size() == 1);
  CHECK(found[0].op == 1);
  CHECK(found[0].why == "the reference reads int8 operands of SUM as uint8");
  const auto behind = runtime::behind_deviations(model.main(), found);
  CHECK(behind == std::vector<bool>{false, false, false, true, true});
}

TEST_CASE("SUM of uint8 is no deviation") { CHECK(runtime::known_deviations(summed(DType::kUint8).main()).empty()); }

TEST_CASE("scales beyond the reference's shifts are a deviation") {
  graph::GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kInt8, {4}, graph::per_tensor(0.5f, 0));
  b.mark_output(b.add_op(OpKind::kMul, graph::ActivationAttrs{}, {x, x},
                         graph::Output{"y", DType::kInt8, graph::per_tensor(3e-35f, 0)}));
  CHECK(runtime::known_deviations(b.finish().main()).size() == 1);
}

namespace {

std::string only_reason(graph::GraphBuilder& b) {
  const graph::Model model = b.finish();
  const auto found = runtime::known_deviations(model.main());
  return found.size() == 1 ? found[0].why : fmt::format("{} deviations", found.size());
}

// float32 x int8 with one weight of this value.
std::string hybrid_with(int8_t weight) {
  graph::GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 2});
  const int32_t w = b.add_constant<int8_t>("w", {1, 2}, {5, weight}, graph::per_tensor(0.1f, 0));
  b.mark_output(b.fully_connected(x, w, graph::kNoTensor, {}, {"y"}));
  return only_reason(b);
}

std::string wide_convolution(DType bias_type) {
  graph::GraphBuilder b;
  const auto quant = graph::per_tensor(0.1f, 0);
  const int32_t x = b.add_input("x", DType::kInt16, {1, 2, 2, 1}, quant);
  const int32_t w = b.add_constant<int8_t>("w", {1, 1, 1, 1}, {5}, quant);
  const int32_t bias = b.add_constant<int32_t>("b", {1}, {1}, graph::per_tensor(0.01f, 0));
  graph::Conv2DAttrs attrs;
  attrs.quantized_bias_type = bias_type;
  b.mark_output(b.conv2d(x, w, bias, attrs, {"y", DType::kInt16, quant}));
  return only_reason(b);
}

std::string product_of(float out_scale) {
  graph::GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kInt16, {2, 2}, graph::per_tensor(0.25f, 0));
  const int32_t axes = b.add_constant<int32_t>("axes", {1}, {1});
  b.mark_output(b.add_op(OpKind::kReduceProd, graph::ReduceAttrs{}, {x, axes},
                         graph::Output{"y", DType::kInt16, graph::per_tensor(out_scale, 0)}));
  return only_reason(b);
}

template <typename Bias>
std::string wide_product(DType bias_type) {
  graph::GraphBuilder b;
  const auto quant = graph::per_tensor(0.1f, 0);
  const int32_t x = b.add_input("x", DType::kInt16, {1, 2}, quant);
  const int32_t w = b.add_constant<int16_t>("w", {1, 2}, {5, 6}, quant);
  const int32_t bias = b.add_constant<Bias>("b", {1}, {1}, graph::per_tensor(0.01f, 0));
  graph::FullyConnectedAttrs attrs;
  attrs.quantized_bias_type = bias_type;
  b.mark_output(b.fully_connected(x, w, bias, attrs, {"y", DType::kInt16, quant}));
  return only_reason(b);
}

}  // namespace

TEST_CASE("what else the reference is no judge of") {
  CHECK(hybrid_with(-128) == "the reference's hybrid products take a weight of -128 for 128");
  CHECK(hybrid_with(-127) == "0 deviations");
  CHECK(wide_convolution(DType::kFloat32) ==
        "the reference reads the int32 bias as int64, since quantized_bias_type is not stated");
  CHECK(wide_convolution(DType::kInt32) == "0 deviations");
  CHECK(product_of(0x1p-18f) ==
        "the reference shifts by a negative count in a REDUCE_PROD whose factor is 128 or more");
  CHECK(product_of(0x1p-17f) == "0 deviations");
  CHECK(wide_product<int64_t>(DType::kFloat32) ==
        "the reference reads the int64 bias as int32, since quantized_bias_type is not stated");
  CHECK(wide_product<int64_t>(DType::kInt64) == "0 deviations");
  CHECK(wide_product<int32_t>(DType::kFloat32) == "0 deviations");
  graph::GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kInt16, {2});
  b.mark_output(b.add_op(OpKind::kNotEqual, graph::NoAttrs{}, {x, x}, graph::Output{"y", DType::kBool}));
  CHECK(only_reason(b) == "the reference leaves the result of NOT_EQUAL on int16 without a scale unwritten");
}
