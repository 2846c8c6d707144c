// FULLY_CONNECTED against its definition, with both requantizations.
#include <cmath>

#include "common/numerics/activation.h"
#include "common/numerics/multiplier.h"
#include "tests/kernels/one_op.h"

using namespace atl;
using namespace atl::kernels;
using namespace atl::kernels::test;

namespace {

struct Layer {
  int batches, depth, outputs;
  float in_scale, out_scale;
  std::vector<float> weight_scales;
  int32_t in_zero, weight_zero, out_zero;
};

template <typename T>
Layer draw_layer(Draw& draw) {
  Layer l{draw.range(1, 5), draw.range(1, 70), draw.range(1, 20), 0, 0, {}, 0, 0, 0};
  l.in_scale = draw.scales(1, 0.01f, 0.1f)[0], l.out_scale = draw.scales(1, 0.05f, 1.0f)[0];
  l.weight_scales = draw.scales(std::is_signed_v<T> && draw.range(0, 1) ? l.outputs : 1, 0.001f, 0.05f);
  const numerics::IntRange range = numerics::full_range<T>();
  l.in_zero = draw.range(range.low, range.high), l.out_zero = draw.range(range.low, range.high);
  l.weight_zero = l.weight_scales.size() > 1 ? 0 : draw.range(range.low, range.high);
  return l;
}

int32_t requantize(const Layer& l, int32_t acc, float weight_scale, FcRequant how) {
  if (how == FcRequant::kDouble) {
    const double scale =
        static_cast<double>(l.in_scale) * static_cast<double>(weight_scale) / static_cast<double>(l.out_scale);
    return static_cast<int32_t>(std::round(acc * scale));
  }
  const double product = l.weight_scales.size() > 1
                             ? static_cast<double>(l.in_scale) * static_cast<double>(weight_scale)
                             : static_cast<double>(l.in_scale * weight_scale);
  return numerics::multiply_by_quantized_multiplier(
      acc, numerics::quantize_multiplier(product / static_cast<double>(l.out_scale)));
}

template <typename T>
void check(Draw& draw, FcRequant how) {
  const Layer l = draw_layer<T>(draw);
  const auto x = draw.integers<T>(l.batches * l.depth), w = draw.integers<T>(l.outputs * l.depth);
  std::vector<int32_t> bias;
  for (int i = 0; i < l.outputs; ++i) bias.push_back(draw.range(-5000, 5000));
  graph::GraphBuilder b;
  const int32_t input = b.add_input("x", type_of<T>(), {l.batches, l.depth}, graph::per_tensor(l.in_scale, l.in_zero));
  const int32_t weights =
      b.add_constant("w", {l.outputs, l.depth}, w,
                     l.weight_scales.size() > 1 ? graph::per_channel(l.weight_scales, 0)
                                                : graph::per_tensor(l.weight_scales[0], l.weight_zero));
  const int32_t bias_tensor = b.add_constant("b", {l.outputs}, bias);
  b.mark_output(b.fully_connected(input, weights, bias_tensor, {},
                                  {"y", type_of<T>(), graph::per_tensor(l.out_scale, l.out_zero)}));
  InterpreterOptions options;
  options.kernels.fc_requant = how;
  const auto got = values_of<T>(run_model(b.finish(), {bytes_of(x)}, options)[0]);
  const numerics::IntRange range = numerics::full_range<T>();
  for (int i = 0; i < l.batches * l.outputs; ++i) {
    const int row = i / l.outputs, column = i % l.outputs;
    int32_t acc = bias[static_cast<size_t>(column)];
    for (int k = 0; k < l.depth; ++k) {
      acc += (x[static_cast<size_t>(row * l.depth + k)] - l.in_zero) *
             (w[static_cast<size_t>(column * l.depth + k)] - l.weight_zero);
    }
    const float scale = l.weight_scales[l.weight_scales.size() > 1 ? static_cast<size_t>(column) : 0];
    REQUIRE(got[static_cast<size_t>(i)] == range.clamp(requantize(l, acc, scale, how) + l.out_zero));
  }
}

}  // namespace

TEST_CASE("int8 and uint8 FULLY_CONNECTED are their definition, with either requantization") {
  Draw draw(1);
  for (int round = 0; round < 300; ++round) {
    const FcRequant how = round % 2 ? FcRequant::kFixed : FcRequant::kDouble;
    check<int8_t>(draw, how);
    check<uint8_t>(draw, how);
  }
}

TEST_CASE("the two requantizations differ where the fixed multiplier rounds twice") {
  // -1 * 0.25: one rounding gives 0; the fixed form gives round(round(-0.5, up) / 2) = 0 too, but +1 becomes 1.
  graph::GraphBuilder b;
  const int32_t input = b.add_input("x", graph::DType::kInt8, {1, 1}, graph::per_tensor(1.0f, 0));
  const int32_t weights = b.add_constant("w", {1, 1}, std::vector<int8_t>{1}, graph::per_tensor(0.25f, 0));
  b.mark_output(
      b.fully_connected(input, weights, graph::kNoTensor, {}, {"y", graph::DType::kInt8, graph::per_tensor(1.0f, 0)}));
  const graph::Model model = b.finish();
  InterpreterOptions fixed;
  fixed.kernels.fc_requant = FcRequant::kFixed;
  CHECK(values_of<int8_t>(run_model(model, {{1}})[0]) == std::vector<int8_t>{0});
  CHECK(values_of<int8_t>(run_model(model, {{1}}, fixed)[0]) == std::vector<int8_t>{1});
}

TEST_CASE("float FULLY_CONNECTED takes leading axes together and applies its activation") {
  Draw draw(2);
  const auto x = draw.floats(2 * 3 * 40), w = draw.floats(7 * 40), bias = draw.floats(7);
  graph::GraphBuilder b;
  const int32_t input = b.add_input("x", graph::DType::kFloat32, {2, 3, 40});
  graph::FullyConnectedAttrs attrs;
  attrs.activation = graph::Activation::kRelu;
  attrs.keep_num_dims = true;
  b.mark_output(
      b.fully_connected(input, b.add_constant("w", {7, 40}, w), b.add_constant("b", {7}, bias), attrs, {"y"}));
  const auto got = values_of<float>(run_model(b.finish(), {bytes_of(x)})[0]);
  REQUIRE(got.size() == 42);
  for (size_t i = 0; i < got.size(); ++i) {
    double sum = static_cast<double>(bias[i % 7]);
    for (size_t k = 0; k < 40; ++k)
      sum += static_cast<double>(x[i / 7 * 40 + k]) * static_cast<double>(w[i % 7 * 40 + k]);
    REQUIRE(std::fabs(static_cast<double>(got[i]) - std::fmax(sum, 0)) < 1e-5);
  }
}

TEST_CASE("shuffled weights are refused") {
  graph::GraphBuilder b;
  const int32_t input = b.add_input("x", graph::DType::kFloat32, {1, 2});
  graph::FullyConnectedAttrs attrs;
  attrs.shuffled_weights = true;
  const int32_t weights = b.add_constant("w", {1, 2}, std::vector<float>{1, 2});
  b.mark_output(b.fully_connected(input, weights, graph::kNoTensor, attrs, {"y"}));
  CHECK(error_of(b.finish()) ==
        "FULLY_CONNECTED #0 'y': shuffled weights (SHUFFLED4x16INT8) are not supported; store them plainly");
}
