// TRANSPOSE_CONV, BATCH_MATMUL, and the int16 and hybrid forms against their definitions.
#include <cmath>

#include "common/numerics/multiplier.h"
#include "tests/kernels/naive.h"
#include "tests/kernels/one_op.h"

using namespace atl;
using namespace atl::kernels;
using namespace atl::kernels::test;
using graph::DType;
using graph::Padding;
using graph::Shape;

namespace {

graph::Quantization quant(float scale, int zero_point = 0) {
  graph::Quantization result;
  result.scale = {scale}, result.zero_point = {zero_point};
  return result;
}

// What the filter at w, of the input pixel at n, y, x, adds to: the convolution that this is the gradient of.
template <typename Sum, typename X, typename W>
std::vector<Sum> spread(const NaiveWindow& back, int channels, const X& x, const W& weight) {
  std::vector<Sum> sums(static_cast<size_t>(graph::num_elements(back.in)), Sum{});
  int pixel_n = 0, pixel_y = 0, pixel_x = 0;
  const auto begin = [&](int n, int y, int column) { pixel_n = n, pixel_y = y, pixel_x = column; };
  const auto tap = [&](int n, int oy, int ox, int ky, int kx) {
    for (int o = 0; o < back.in[3]; ++o) {
      Sum& sum = sums[offset(back.in, n, oy, ox, o)];
      for (int c = 0; c < channels; ++c) {
        sum += x(offset(back.out, pixel_n, pixel_y, pixel_x, c)) *
               weight(((static_cast<size_t>(o) * back.kernel_h + ky) * back.kernel_w + kx) * channels + c);
      }
    }
  };
  for_each_tap(back, begin, tap);
  return sums;
}

NaiveWindow draw_backward(Draw& draw) {
  NaiveWindow w{};
  w.padding = draw.range(0, 1) ? Padding::kSame : Padding::kValid;
  w.kernel_h = draw.range(1, 4), w.kernel_w = draw.range(1, 4);
  w.stride_h = draw.range(1, 3), w.stride_w = draw.range(1, 3), w.dilation_h = w.dilation_w = 1;
  w.in = {draw.range(1, 2), w.kernel_h + draw.range(0, 6), w.kernel_w + draw.range(0, 6), draw.range(1, 20)};
  w.out = {w.in[0], out_extent(w.padding, w.in[1], w.kernel_h, w.stride_h, 1),
           out_extent(w.padding, w.in[2], w.kernel_w, w.stride_w, 1), draw.range(1, 9)};
  return w;
}

template <typename T, typename W>
Bytes run_transpose_conv(const NaiveWindow& w, const std::vector<T>& x, const std::vector<W>& weights,
                         graph::Quantization in, graph::Quantization weight, graph::Quantization out) {
  graph::GraphBuilder builder;
  const int32_t input = builder.add_input("x", type_of<T>(), w.out, std::move(in));
  const int32_t shape = builder.add_constant<int32_t>("shape", {4}, std::vector<int32_t>(w.in.begin(), w.in.end()));
  const int32_t filter =
      builder.add_constant<W>("w", {w.in[3], w.kernel_h, w.kernel_w, w.out[3]}, weights, std::move(weight));
  builder.mark_output(builder.add_op(graph::OpKind::kTransposeConv,
                                     graph::TransposeConvAttrs{w.padding, w.stride_h, w.stride_w},
                                     {shape, filter, input}, {"y", type_of<T>(), std::move(out)}));
  return run_model(builder.finish(), {bytes_of(x)})[0];
}

}  // namespace

TEST_CASE("TRANSPOSE_CONV spreads every pixel over a window") {
  Draw draw(3);
  for (int round = 0; round < 40; ++round) {
    const NaiveWindow w = draw_backward(draw);
    const int64_t weight_count = int64_t{w.in[3]} * w.kernel_h * w.kernel_w * w.out[3];
    {
      const auto x = draw.floats(graph::num_elements(w.out)), weights = draw.floats(weight_count);
      const auto sums = spread<float>(
          w, w.out[3], [&](size_t i) { return x[i]; }, [&](size_t i) { return weights[i]; });
      const auto y = values_of<float>(run_transpose_conv(w, x, weights, {}, {}, {}));
      REQUIRE(y == sums);  // the same order of additions
    }
    const auto weights = draw.integers<int8_t>(weight_count);
    const auto weight = [&](size_t i) { return int64_t{weights[i]}; };
    const numerics::Multiplier m = numerics::quantize_multiplier(0.5 * 0.25 / 64);
    {
      const auto x = draw.integers<int8_t>(graph::num_elements(w.out));
      const auto sums = spread<int64_t>(
          w, w.out[3], [&](size_t i) { return int64_t{x[i]} - 7; }, weight);
      const auto y = values_of<int8_t>(run_transpose_conv(w, x, weights, quant(0.5f, 7), quant(0.25f), quant(64, -3)));
      for (size_t i = 0; i < y.size(); ++i) {
        const int64_t scaled = numerics::multiply_by_quantized_multiplier(static_cast<int32_t>(sums[i]), m);
        REQUIRE(y[i] == numerics::saturate<int8_t>(scaled - 3));
      }
    }
    const auto x = draw.integers<int16_t>(graph::num_elements(w.out));
    const auto sums = spread<int64_t>(
        w, w.out[3], [&](size_t i) { return int64_t{x[i]}; }, weight);
    const auto y = values_of<int16_t>(run_transpose_conv(w, x, weights, quant(0.5f), quant(0.25f), quant(64)));
    for (size_t i = 0; i < y.size(); ++i) {
      REQUIRE(y[i] == numerics::saturate<int16_t>(numerics::multiply_by_quantized_multiplier_64(sums[i], m)));
    }
  }
}

TEST_CASE("BATCH_MATMUL multiplies matrices, transposed or not, over broadcast batches") {
  Draw draw(4);
  for (int round = 0; round < 24; ++round) {
    const bool adj_x = round & 1, adj_y = round & 2;
    const int rows = draw.range(1, 7), depth = draw.range(1, 20), columns = draw.range(1, 20);
    const Shape x_shape = adj_x ? Shape{3, 1, depth, rows} : Shape{3, 1, rows, depth};
    const Shape y_shape = adj_y ? Shape{1, 2, columns, depth} : Shape{1, 2, depth, columns};
    const auto x = draw.integers<int8_t>(3 * rows * depth), y = draw.integers<int8_t>(2 * depth * columns);
    graph::GraphBuilder builder;
    const int32_t a = builder.add_input("x", DType::kInt8, x_shape), b = builder.add_input("y", DType::kInt8, y_shape);
    builder.mark_output(builder.add_op(graph::OpKind::kBatchMatMul, graph::BatchMatMulAttrs{adj_x, adj_y, false},
                                       {a, b}, {"z", DType::kInt32}));
    const auto z = values_of<int32_t>(run_model(builder.finish(), {bytes_of(x), bytes_of(y)})[0]);
    REQUIRE(z.size() == static_cast<size_t>(6 * rows * columns));
    for (int n = 0; n < 6; ++n) {
      for (int i = 0; i < rows; ++i) {
        for (int j = 0; j < columns; ++j) {
          int sum = 0;
          for (int k = 0; k < depth; ++k) {
            const int at_x = n / 2 * rows * depth + (adj_x ? k * rows + i : i * depth + k);
            const int at_y = n % 2 * depth * columns + (adj_y ? j * depth + k : k * columns + j);
            sum += x[static_cast<size_t>(at_x)] * y[static_cast<size_t>(at_y)];
          }
          REQUIRE(z[static_cast<size_t>((n * rows + i) * columns + j)] == sum);
        }
      }
    }
  }
}

TEST_CASE("hybrid FULLY_CONNECTED quantizes each row; all-zero inputs leave the bias") {
  const std::vector<float> x = {127, -63, 0, 0, 0, 0};
  graph::GraphBuilder builder;
  const int32_t input = builder.add_input("x", DType::kFloat32, {2, 3});
  const int32_t weights = builder.add_constant<int8_t>("w", {2, 3}, {1, 2, 3, -4, 5, 6}, quant(0.5f));
  const int32_t bias = builder.add_constant<float>("b", {2}, {10, -20});
  builder.mark_output(builder.fully_connected(input, weights, bias, {}, {"y", DType::kFloat32}));
  const auto y = values_of<float>(run_model(builder.finish(), {bytes_of(x)})[0]);
  CHECK(y == std::vector<float>{10 + 0.5f * (127 - 126), -20 + 0.5f * (-508 - 315), 10, -20});
}

TEST_CASE("int16 FULLY_CONNECTED takes an int32 bias by its type, in 32 bits") {
  graph::GraphBuilder builder;
  const int32_t input = builder.add_input("x", DType::kInt16, {1, 2}, quant(1));
  const int32_t weights = builder.add_constant<int8_t>("w", {1, 2}, {3, -2}, quant(1));
  const int32_t bias = builder.add_constant<int32_t>("b", {1}, {-100});
  builder.mark_output(builder.fully_connected(input, weights, bias, {}, {"y", DType::kInt16, quant(2)}));
  const auto y = values_of<int16_t>(run_model(builder.finish(), {bytes_of<int16_t>({1001, 0})})[0]);
  CHECK(y == std::vector<int16_t>{1452});  // (3003 - 100) / 2, half away from zero
}
