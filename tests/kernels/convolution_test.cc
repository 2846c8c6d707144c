// CONV_2D and DEPTHWISE_CONV_2D against their definitions, over random geometries, per tensor and per channel.
#include <cmath>

#include "common/numerics/activation.h"
#include "common/numerics/multiplier.h"
#include "tests/kernels/naive.h"
#include "tests/kernels/one_op.h"

using namespace atl;
using namespace atl::kernels;
using namespace atl::kernels::test;
using graph::Activation;
using graph::Padding;
using graph::Shape;

namespace {

struct Geometry {
  NaiveWindow window;
  int groups = 1;      // of CONV_2D
  int multiplier = 1;  // of DEPTHWISE_CONV_2D
  Activation activation = Activation::kNone;
  bool with_bias = true;
};

Geometry draw_geometry(Draw& draw, bool depthwise) {
  Geometry g;
  NaiveWindow& w = g.window;
  w.padding = draw.range(0, 1) ? Padding::kSame : Padding::kValid;
  w.kernel_h = draw.range(1, 4), w.kernel_w = draw.range(1, 4);
  w.stride_h = draw.range(1, 3), w.stride_w = draw.range(1, 3);
  w.dilation_h = draw.range(1, 2), w.dilation_w = draw.range(1, 2);
  const int min_h = (w.kernel_h - 1) * w.dilation_h + 1, min_w = (w.kernel_w - 1) * w.dilation_w + 1;
  g.groups = depthwise ? 1 : draw.range(1, 3);
  const int channels = g.groups * draw.range(1, 20);
  w.in = {draw.range(1, 2), draw.range(min_h, min_h + 7), draw.range(min_w, min_w + 7), channels};
  g.multiplier = draw.range(1, 3);
  const int filters = depthwise ? channels * g.multiplier : g.groups * draw.range(1, 9);
  w.out = {w.in[0], out_extent(w.padding, w.in[1], w.kernel_h, w.stride_h, w.dilation_h),
           out_extent(w.padding, w.in[2], w.kernel_w, w.stride_w, w.dilation_w), filters};
  g.activation = static_cast<Activation>(draw.range(0, 3));
  g.with_bias = draw.range(0, 3) != 0;
  return g;
}

Shape filter_shape(const Geometry& g, bool depthwise) {
  const NaiveWindow& w = g.window;
  if (depthwise) return {1, w.kernel_h, w.kernel_w, w.out[3]};
  return {w.out[3], w.kernel_h, w.kernel_w, w.in[3] / g.groups};
}

// sum(x(input index) * weight(filter index)) for every output, in Sum arithmetic.
template <typename Sum, typename X, typename W>
std::vector<Sum> convolve(const Geometry& g, bool depthwise, const X& x, const W& weight) {
  const NaiveWindow& w = g.window;
  const Shape filter = filter_shape(g, depthwise);
  std::vector<Sum> sums(static_cast<size_t>(graph::num_elements(w.out)), Sum{});
  size_t pixel = 0;
  const auto begin = [&](int n, int y, int column) { pixel = offset(w.out, n, y, column, 0); };
  const auto tap = [&](int n, int iy, int ix, int ky, int kx) {
    for (int c = 0; c < w.out[3]; ++c) {
      Sum& sum = sums[pixel + static_cast<size_t>(c)];
      if (depthwise) {
        sum += x(offset(w.in, n, iy, ix, c / g.multiplier)) * weight(offset(filter, 0, ky, kx, c));
        continue;
      }
      const int group = c / (w.out[3] / g.groups);
      for (int k = 0; k < filter[3]; ++k) {
        sum += x(offset(w.in, n, iy, ix, group * filter[3] + k)) * weight(offset(filter, c, ky, kx, k));
      }
    }
  };
  for_each_tap(w, begin, tap);
  return sums;
}

numerics::ActivationBounds bounds_of(Activation activation) {
  switch (activation) {
    case Activation::kRelu: return {0.0f, std::nullopt};
    case Activation::kReluN1To1: return {-1.0f, 1.0f};
    case Activation::kRelu6: return {0.0f, 6.0f};
    default: return {};
  }
}

int32_t add_convolution(graph::GraphBuilder& b, const Geometry& g, bool depthwise, int32_t x, int32_t filter,
                        int32_t bias, graph::Output out) {
  const NaiveWindow& w = g.window;
  if (depthwise) {
    return b.depthwise_conv2d(
        x, filter, bias, {w.padding, w.stride_h, w.stride_w, w.dilation_h, w.dilation_w, g.multiplier, g.activation},
        std::move(out));
  }
  graph::Conv2DAttrs attrs{w.padding, w.stride_h, w.stride_w, w.dilation_h, w.dilation_w, g.activation};
  return b.conv2d(x, filter, bias, attrs, std::move(out));
}

template <typename T>
struct Quantized {
  float in_scale, out_scale;
  std::vector<float> weight_scales;
  int32_t in_zero, weight_zero, out_zero;
};

template <typename T>
Quantized<T> draw_quantization(Draw& draw, int channels) {
  const numerics::IntRange range = numerics::full_range<T>();
  Quantized<T> q;
  q.in_scale = draw.scales(1, 0.01f, 0.1f)[0];
  q.out_scale = draw.scales(1, 0.05f, 1.0f)[0];
  const bool per_channel = std::is_signed_v<T> && draw.range(0, 1);
  q.weight_scales = draw.scales(per_channel ? channels : 1, 0.001f, 0.05f);
  q.in_zero = draw.range(range.low, range.high), q.out_zero = draw.range(range.low, range.high);
  q.weight_zero = std::is_signed_v<T> ? 0 : draw.range(0, 255);
  return q;
}

template <typename T>
std::vector<T> expected_output(const Geometry& g, const Quantized<T>& q, std::vector<int32_t> sums,
                               const std::vector<int32_t>& bias) {
  const numerics::IntRange range =
      numerics::activation_range(bounds_of(g.activation), q.out_scale, q.out_zero, numerics::full_range<T>());
  std::vector<T> result;
  for (size_t i = 0; i < sums.size(); ++i) {
    const size_t c = i % static_cast<size_t>(g.window.out[3]);
    const float weight_scale = q.weight_scales[q.weight_scales.size() > 1 ? c : 0];
    const double product = std::is_signed_v<T> ? static_cast<double>(q.in_scale) * static_cast<double>(weight_scale)
                                               : static_cast<double>(q.in_scale * weight_scale);
    const numerics::Multiplier m = numerics::quantize_multiplier(product / static_cast<double>(q.out_scale));
    const int32_t acc = sums[i] + (bias.empty() ? 0 : bias[c]);
    result.push_back(static_cast<T>(range.clamp(numerics::multiply_by_quantized_multiplier(acc, m) + q.out_zero)));
  }
  return result;
}

// weights_constant: whether the filter is a constant of the model or one more input.
template <typename T>
void check_quantized(Draw& draw, bool depthwise, bool weights_constant) {
  const Geometry g = draw_geometry(draw, depthwise);
  const Quantized<T> q = draw_quantization<T>(draw, g.window.out[3]);
  const Shape filter_extents = filter_shape(g, depthwise);
  const auto x = draw.integers<T>(graph::num_elements(g.window.in));
  const auto weights = draw.integers<T>(graph::num_elements(filter_extents));
  std::vector<int32_t> bias;
  for (int i = 0; g.with_bias && i < g.window.out[3]; ++i) bias.push_back(draw.range(-20000, 20000));

  graph::GraphBuilder b;
  const graph::Quantization weight_quant = q.weight_scales.size() > 1
                                               ? graph::per_channel(q.weight_scales, depthwise ? 3 : 0)
                                               : graph::per_tensor(q.weight_scales[0], q.weight_zero);
  const int32_t input = b.add_input("x", type_of<T>(), g.window.in, graph::per_tensor(q.in_scale, q.in_zero));
  const int32_t filter = weights_constant ? b.add_constant("w", filter_extents, weights, weight_quant)
                                          : b.add_input("w", type_of<T>(), filter_extents, weight_quant);
  const int32_t bias_tensor = g.with_bias ? b.add_constant("b", {g.window.out[3]}, bias) : graph::kNoTensor;
  b.mark_output(add_convolution(b, g, depthwise, input, filter, bias_tensor,
                                {"y", type_of<T>(), graph::per_tensor(q.out_scale, q.out_zero)}));
  std::vector<Bytes> inputs = {bytes_of(x)};
  if (!weights_constant) inputs.push_back(bytes_of(weights));
  const auto outputs = run_model(b.finish(), inputs);

  const auto sums = convolve<int32_t>(
      g, depthwise, [&](size_t i) { return x[i] - q.in_zero; }, [&](size_t i) { return weights[i] - q.weight_zero; });
  REQUIRE(values_of<T>(outputs[0]) == expected_output(g, q, sums, bias));
}

void check_float(Draw& draw, bool depthwise) {
  const Geometry g = draw_geometry(draw, depthwise);
  const Shape filter_extents = filter_shape(g, depthwise);
  const auto x = draw.floats(graph::num_elements(g.window.in));
  const auto weights = draw.floats(graph::num_elements(filter_extents));
  const auto bias = draw.floats(g.with_bias ? g.window.out[3] : 0);
  graph::GraphBuilder b;
  const int32_t input = b.add_input("x", graph::DType::kFloat32, g.window.in);
  const int32_t filter = b.add_constant("w", filter_extents, weights);
  const int32_t bias_tensor = g.with_bias ? b.add_constant("b", {g.window.out[3]}, bias) : graph::kNoTensor;
  b.mark_output(add_convolution(b, g, depthwise, input, filter, bias_tensor, {"y"}));
  const auto outputs = values_of<float>(run_model(b.finish(), {bytes_of(x)})[0]);
  auto sums = convolve<double>(
      g, depthwise, [&](size_t i) { return static_cast<double>(x[i]); },
      [&](size_t i) { return static_cast<double>(weights[i]); });
  const numerics::ActivationBounds bounds = bounds_of(g.activation);
  for (size_t i = 0; i < sums.size(); ++i) {
    double y = sums[i] + (bias.empty() ? 0 : static_cast<double>(bias[i % bias.size()]));
    if (bounds.low) y = std::fmax(y, static_cast<double>(*bounds.low));
    if (bounds.high) y = std::fmin(y, static_cast<double>(*bounds.high));
    REQUIRE(std::fabs(static_cast<double>(outputs[i]) - y) < 2e-5);
  }
}

}  // namespace

TEST_CASE("int8 and uint8 CONV_2D are their definition, over random geometries and groups") {
  Draw draw(1);
  for (int round = 0; round < 300; ++round) {
    check_quantized<int8_t>(draw, false, round % 4 != 0);
    check_quantized<uint8_t>(draw, false, round % 4 != 0);
  }
}

TEST_CASE("int8 and uint8 DEPTHWISE_CONV_2D are their definition, over random geometries and multipliers") {
  Draw draw(2);
  for (int round = 0; round < 300; ++round) {
    check_quantized<int8_t>(draw, true, round % 4 != 0);
    check_quantized<uint8_t>(draw, true, round % 4 != 0);
  }
}

TEST_CASE("float CONV_2D and DEPTHWISE_CONV_2D are their definition to rounding") {
  Draw draw(3);
  for (int round = 0; round < 300; ++round) {
    check_float(draw, false);
    check_float(draw, true);
  }
}

TEST_CASE("a deep float convolution gives the same bytes again") {
  Draw draw(4);
  graph::GraphBuilder b;
  const int32_t input = b.add_input("x", graph::DType::kFloat32, {1, 9, 9, 300});
  const int32_t filter = b.add_constant("w", {40, 3, 3, 300}, draw.floats(40 * 9 * 300));
  b.mark_output(b.conv2d(input, filter, graph::kNoTensor, {}, {"y"}));
  const graph::Model model = b.finish();
  const Bytes x = bytes_of(draw.floats(9 * 9 * 300));
  CHECK(run_model(model, {x})[0] == run_model(model, {x})[0]);
}

TEST_CASE("int4 weights are sign-extended, low nibble first") {
  graph::GraphBuilder b;
  const int32_t input = b.add_input("x", graph::DType::kInt8, {1, 1, 1, 3}, graph::per_tensor(1.0f, 0));
  const int32_t filter =
      b.add_constant("w", graph::DType::kInt4, {1, 1, 1, 3}, {0x8F, 0x07}, graph::per_tensor(1.0f, 0));  // -1 -8 7
  b.mark_output(b.conv2d(input, filter, graph::kNoTensor, {}, {"y", graph::DType::kInt8, graph::per_tensor(1.0f, 0)}));
  CHECK(values_of<int8_t>(run_model(b.finish(), {{1, 2, 3}})[0]) == std::vector<int8_t>{-1 - 16 + 21});
}

TEST_CASE("convolutions that can't be computed say why") {
  const auto model = [](graph::Quantization weights, Activation activation) {
    graph::GraphBuilder b;
    const int32_t input = b.add_input("x", graph::DType::kUint8, {1, 4, 4, 2}, graph::per_tensor(0.5f, 3));
    const int32_t filter = b.add_constant("w", {3, 1, 1, 2}, std::vector<uint8_t>(6, 1), std::move(weights));
    b.mark_output(
        b.conv2d(input, filter, graph::kNoTensor, {}, {"y", graph::DType::kUint8, graph::per_tensor(0.5f, 3)}));
    std::get<graph::Conv2DAttrs>(b.subgraph().ops[0].attrs).activation = activation;
    return b.finish();
  };
  CHECK(error_of(model(graph::per_channel({0.1f, 0.2f, 0.3f}, 0), Activation::kNone)) ==
        "CONV_2D #0 'y': tensor #1 'w' has 3 scales; this operand must have one for the whole tensor");
  CHECK(error_of(model(graph::per_tensor(0.1f, 0), Activation::kTanh)) ==
        "CONV_2D #0 'y': fused activation tanh is not supported; none, relu, relu6 and relu_n1_to_1 are");
  CHECK(error_of(model({}, Activation::kNone)) ==
        "CONV_2D #0 'y': tensor #1 'w' is uint8 but has no scale and zero point");
}
