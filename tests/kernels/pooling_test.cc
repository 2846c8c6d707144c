// AVERAGE_POOL_2D, MAX_POOL_2D and MEAN against their definitions.
#include <cmath>

#include "common/numerics/activation.h"
#include "tests/kernels/naive.h"
#include "tests/kernels/one_op.h"

using namespace atl;
using namespace atl::kernels;
using namespace atl::kernels::test;
using graph::OpKind;

namespace {

struct Pool {
  NaiveWindow window;
  graph::Pool2DAttrs attrs;
};

Pool draw_pool(Draw& draw) {
  Pool p;
  NaiveWindow& w = p.window;
  w.padding = draw.range(0, 1) ? graph::Padding::kSame : graph::Padding::kValid;
  w.kernel_h = draw.range(1, 4), w.kernel_w = draw.range(1, 4);
  w.stride_h = draw.range(1, 5), w.stride_w = draw.range(1, 5);
  w.dilation_h = w.dilation_w = 1;
  w.in = {draw.range(1, 2), draw.range(w.kernel_h, 9), draw.range(w.kernel_w, 9), draw.range(1, 20)};
  w.out = {w.in[0], out_extent(w.padding, w.in[1], w.kernel_h, w.stride_h, 1),
           out_extent(w.padding, w.in[2], w.kernel_w, w.stride_w, 1), w.in[3]};
  p.attrs = {w.padding,  w.stride_h, w.stride_w,
             w.kernel_h, w.kernel_w, draw.range(0, 1) ? graph::Activation::kRelu : graph::Activation::kNone};
  return p;
}

// All valid taps of every output element.
template <typename T>
std::vector<std::vector<T>> gather(const NaiveWindow& w, const std::vector<T>& x) {
  std::vector<std::vector<T>> taps(static_cast<size_t>(graph::num_elements(w.out)));
  size_t pixel = 0;
  for_each_tap(
      w, [&](int n, int y, int column) { pixel = offset(w.out, n, y, column, 0); },
      [&](int n, int iy, int ix, int, int) {
        for (int c = 0; c < w.out[3]; ++c)
          taps[pixel + static_cast<size_t>(c)].push_back(x[offset(w.in, n, iy, ix, c)]);
      });
  return taps;
}

template <typename T>
void check_integer(Draw& draw, OpKind kind) {
  const Pool p = draw_pool(draw);
  const auto x = draw.integers<T>(graph::num_elements(p.window.in));
  const int32_t zero_point = sizeof(T) > 1 ? 0 : draw.range(-5, 5) + (std::is_signed_v<T> ? 0 : 100);
  const graph::Quantization quant = graph::per_tensor(0.1f, zero_point);
  graph::GraphBuilder b;
  const int32_t input = b.add_input("x", type_of<T>(), p.window.in, quant);
  b.mark_output(b.pool2d(kind, input, p.attrs, {"y", type_of<T>(), quant}));
  const auto got = values_of<T>(run_model(b.finish(), {bytes_of(x)})[0]);
  const auto taps = gather(p.window, x);
  for (size_t i = 0; i < taps.size(); ++i) {
    double expected = taps[i][0], sum = 0;
    for (const T tap : taps[i]) sum += tap, expected = std::fmax(expected, tap);
    if (kind == OpKind::kAveragePool2D) expected = std::round(sum / static_cast<double>(taps[i].size()));
    if (p.attrs.activation == graph::Activation::kRelu) expected = std::fmax(expected, zero_point);
    REQUIRE(got[i] == static_cast<T>(expected));
  }
}

}  // namespace

TEST_CASE("integer pooling is its definition: valid taps alone, ties away from zero") {
  Draw draw(1);
  for (int round = 0; round < 200; ++round) {
    for (const OpKind kind : {OpKind::kAveragePool2D, OpKind::kMaxPool2D}) {
      check_integer<int8_t>(draw, kind);
      check_integer<uint8_t>(draw, kind);
      check_integer<int16_t>(draw, kind);
    }
  }
}

TEST_CASE("float pooling is its definition") {
  Draw draw(2);
  for (int round = 0; round < 100; ++round) {
    const Pool p = draw_pool(draw);
    const bool average = round % 2 != 0;
    const auto x = draw.floats(graph::num_elements(p.window.in));
    graph::GraphBuilder b;
    const int32_t input = b.add_input("x", graph::DType::kFloat32, p.window.in);
    b.mark_output(b.pool2d(average ? OpKind::kAveragePool2D : OpKind::kMaxPool2D, input, p.attrs, {"y"}));
    const auto got = values_of<float>(run_model(b.finish(), {bytes_of(x)})[0]);
    const auto taps = gather(p.window, x);
    for (size_t i = 0; i < taps.size(); ++i) {
      double sum = 0, largest = -1;
      for (const float tap : taps[i])
        sum += static_cast<double>(tap), largest = std::fmax(largest, static_cast<double>(tap));
      double expected = average ? sum / static_cast<double>(taps[i].size()) : largest;
      if (p.attrs.activation == graph::Activation::kRelu) expected = std::fmax(expected, 0);
      REQUIRE(std::fabs(static_cast<double>(got[i]) - expected) < 1e-6);
    }
  }
}

TEST_CASE("MEAN is the mean, over any axes, to the roundings of its multiplier") {
  Draw draw(3);
  for (int round = 0; round < 200; ++round) {
    const graph::Shape in = {draw.range(1, 3), draw.range(1, 6), draw.range(1, 6), draw.range(1, 9)};
    std::vector<int32_t> axes;
    for (int axis = 0; axis < 4; ++axis) {
      if (draw.range(0, 1)) axes.push_back(draw.range(0, 1) ? axis : axis - 4);
    }
    if (axes.empty()) axes.push_back(1);
    const auto x = draw.integers<int8_t>(graph::num_elements(in));
    const auto floats = draw.floats(graph::num_elements(in));
    const graph::Quantization quant = graph::per_tensor(0.1f, draw.range(-128, 127));
    graph::GraphBuilder b;
    const bool keep = draw.range(0, 1) != 0;
    const int32_t q = b.add_input("q", graph::DType::kInt8, in, quant);
    const int32_t f = b.add_input("f", graph::DType::kFloat32, in);
    b.mark_output(b.mean(q, axes, keep, {"mean_q", graph::DType::kInt8, quant}));
    b.mark_output(b.mean(f, axes, keep, {"mean_f"}));
    const auto outputs = run_model(b.finish(), {bytes_of(x), bytes_of(floats)});
    const auto got = values_of<int8_t>(outputs[0]);
    const auto got_float = values_of<float>(outputs[1]);
    std::vector<double> sums(got.size(), 0), float_sums(got.size(), 0);
    bool reduced[4] = {};
    for (const int32_t axis : axes) reduced[axis < 0 ? axis + 4 : axis] = true;
    for (size_t i = 0; i < x.size(); ++i) {
      size_t rest = i, out = 0, stride = 1;
      for (int axis = 3; axis >= 0; --axis) {
        const auto extent = static_cast<size_t>(in[static_cast<size_t>(axis)]);
        if (!reduced[axis]) out += rest % extent * stride, stride *= extent;
        rest /= extent;
      }
      sums[out] += x[i], float_sums[out] += static_cast<double>(floats[i]);
    }
    const double count = static_cast<double>(x.size() / got.size());
    for (size_t i = 0; i < got.size(); ++i) {
      REQUIRE(std::fabs(got[i] - sums[i] / count) <= 0.75 + 1e-6);  // two roundings
      REQUIRE(std::fabs(static_cast<double>(got_float[i]) - float_sums[i] / count) < 1e-6);
    }
  }
}

TEST_CASE("axes that are not constant: the shape follows them, and they are checked") {
  graph::GraphBuilder b;
  const int32_t input = b.add_input("x", graph::DType::kInt8, {1, 2, 3}, graph::per_tensor(1.0f, 0));
  const int32_t axes = b.add_input("axes", graph::DType::kInt32, {1});
  graph::Tensor out;
  out.name = std::string("y"), out.type = graph::DType::kInt8, out.shape = {1, 3}, out.has_rank = true;
  out.quant = graph::per_tensor(1.0f, 0);
  b.mark_output(b.add_op(OpKind::kMean, graph::ReduceAttrs{}, {input, axes}, std::vector<graph::Tensor>{out}));
  const graph::Model model = b.finish();
  auto interpreter = Interpreter::create(model);
  REQUIRE(interpreter.ok());
  const auto run = [&](int32_t axis) {
    interpreter->set_input(0, bytes_of(std::vector<int8_t>{1, 2, 3, 5, 6, 7}));
    interpreter->set_input(1, bytes_of(std::vector<int32_t>{axis}));
    return interpreter->invoke();
  };
  REQUIRE(run(1).ok());
  CHECK(values_of<int8_t>(interpreter->output(0).bytes) == std::vector<int8_t>{3, 4, 5});
  REQUIRE(run(2).ok());
  CHECK(values_of<int8_t>(interpreter->output(0).bytes) == std::vector<int8_t>{2, 6});
  CHECK_FALSE(run(7).ok());
}
