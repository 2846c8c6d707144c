// Inputs that put an operator into its corners.
#include "runtime/corner_inputs.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "common/graph/builder.h"

using namespace atl;
using graph::DType;
using graph::OpKind;
using runtime::Corner;

namespace {

// 32 inputs, 4 units; a weight of 1 in every row, so that any sum within reach can be hit.
graph::Model matrix() {
  graph::GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kInt8, {1, 32}, graph::per_tensor(0.5f, 3));
  std::vector<int8_t> weights;
  for (int i = 0; i < 4 * 32; ++i) weights.push_back(static_cast<int8_t>(i % 32 == 0 ? 1 : i * 37 % 255 - 127));
  const int32_t w = b.add_constant<int8_t>("w", {4, 32}, weights, graph::per_tensor(0.02f, 0));
  const int32_t bias = b.add_constant<int32_t>("b", {4}, {100, -100, 7, 0}, graph::per_tensor(0.01f, 0));
  b.mark_output(b.fully_connected(x, w, bias, {}, {"y", DType::kInt8, graph::per_tensor(0.7f, -5)}));
  return b.finish();
}

// The sums of a unit, as multiples of the output's scale.
double real_output(const graph::Model& model, const Bytes& input, size_t unit) {
  const auto& tensors = model.main().tensors;
  const auto* weights = reinterpret_cast<const int8_t*>(tensors[1].data->data());
  const auto* bias = reinterpret_cast<const int32_t*>(tensors[2].data->data());
  int64_t sum = bias[unit];
  for (size_t i = 0; i < 32; ++i) sum += (static_cast<int8_t>(input[i]) - 3) * weights[unit * 32 + i];
  return static_cast<double>(sum) * 0.5 * 0.02 / 0.7;
}

graph::Model unary(graph::Shape shape) {
  graph::GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kInt8, std::move(shape), graph::per_tensor(0.5f, 0));
  b.mark_output(b.unary(OpKind::kRelu, x, {"y", DType::kInt8, graph::per_tensor(0.4f, 0)}));
  return b.finish();
}

}  // namespace

TEST_CASE("sums are steered beside rounding boundaries") {
  const graph::Model model = matrix();
  const auto invocations = runtime::corner_inputs(model, Corner::kTies, 1);
  CHECK(invocations.size() >= 8);
  size_t beside = 0;
  for (const auto& inputs : invocations) {
    double nearest = 1;  // of any unit's result to a half
    for (size_t unit = 0; unit < 4; ++unit) {
      const double real = real_output(model, inputs[0], unit);
      nearest = std::min(nearest, std::fabs(real - std::floor(real) - 0.5));
    }
    beside += nearest <= 1.6 * 0.5 * 0.02 / 0.7 ? 1 : 0;  // one sum more or less, and the rounding to one
  }
  CHECK(beside == invocations.size());
  CHECK(runtime::corner_inputs(model, Corner::kTies, 1) == invocations);
  CHECK(runtime::corner_inputs(model, Corner::kTies, 2) != invocations);
}

TEST_CASE("saturation goes as far out as the weights reach") {
  const graph::Model model = matrix();
  for (const auto& inputs : runtime::corner_inputs(model, Corner::kSaturation, 1)) {
    double farthest = 0;
    for (size_t unit = 0; unit < 4; ++unit)
      farthest = std::max(farthest, std::fabs(real_output(model, inputs[0], unit)));
    CHECK(farthest > 2000);
  }
}

TEST_CASE("operators of one byte get every value") {
  std::set<uint8_t> seen;
  for (const auto& inputs : runtime::corner_inputs(unary({3, 20}), Corner::kTies, 0)) {
    seen.insert(inputs[0].begin(), inputs[0].end());
  }
  CHECK(seen.size() == 256);
}

TEST_CASE("operators of many inputs, and of inputs that are no quantized integers") {
  graph::GraphBuilder b;
  std::vector<int32_t> parts;
  const auto quant = graph::per_tensor(0.5f, 0);
  for (int i = 0; i < 12; ++i) parts.push_back(b.add_input(fmt::format("x{}", i), DType::kInt16, {2}, quant));
  b.mark_output(b.concatenation(parts, 0, {"y", DType::kInt16, quant}));
  const auto invocations = runtime::corner_inputs(b.finish(), Corner::kTies, 0);
  REQUIRE_FALSE(invocations.empty());
  CHECK(invocations[0].size() == 12);
  graph::GraphBuilder floats;
  floats.mark_output(floats.unary(OpKind::kRelu, floats.add_input("x", DType::kFloat32, {2}), {"y"}));
  CHECK(runtime::corner_inputs(floats.finish(), Corner::kTies, 0).empty());
}
