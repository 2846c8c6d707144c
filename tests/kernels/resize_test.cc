// RESIZE_BILINEAR and RESIZE_NEAREST_NEIGHBOR against interpolation in double, and where both agree exactly.
#include <algorithm>
#include <cmath>
#include <functional>

#include "tests/kernels/one_op.h"

using namespace atl;
using namespace atl::kernels;
using namespace atl::kernels::test;
using graph::DType;
using graph::OpKind;
using graph::ResizeAttrs;
using graph::Shape;

namespace {

// One channel, one image.
template <typename T>
std::vector<T> resize(OpKind kind, ResizeAttrs attrs, int height, int width, int to_height, int to_width,
                      const std::vector<T>& x) {
  graph::GraphBuilder b;
  const graph::Quantization quant =
      graph::is_quantized_activation(type_of<T>()) ? graph::per_tensor(1.0f, 0) : graph::Quantization{};
  const int32_t input = b.add_input("x", type_of<T>(), {1, height, width, 1}, quant);
  const int32_t size = b.add_constant<int32_t>("s", {2}, {to_height, to_width});
  b.mark_output(b.add_op(kind, attrs, {input, size}, graph::Output{"y", type_of<T>(), quant}));
  return values_of<T>(run_model(b.finish(), {bytes_of(x)})[0]);
}

// Where an output pixel lies in the input, in exact arithmetic.
double place(ResizeAttrs attrs, int input, int output, int i) {
  if (attrs.align_corners && output > 1) return static_cast<double>(i) * (input - 1) / (output - 1);
  const double scale = static_cast<double>(input) / output;
  return attrs.half_pixel_centers ? (i + 0.5) * scale - 0.5 : i * scale;
}

double interpolated(ResizeAttrs attrs, int height, int width, int to_height, int to_width, int y, int x,
                    const std::function<double(int, int)>& pixel) {
  const double row = std::min(std::max(place(attrs, height, to_height, y), 0.0), height - 1.0);
  const double column = std::min(std::max(place(attrs, width, to_width, x), 0.0), width - 1.0);
  const int top = static_cast<int>(row), left = static_cast<int>(column);
  const int bottom = std::min(top + 1, height - 1), right = std::min(left + 1, width - 1);
  const double v = row - top, h = column - left;
  return pixel(top, left) * (1 - v) * (1 - h) + pixel(bottom, left) * v * (1 - h) + pixel(top, right) * (1 - v) * h +
         pixel(bottom, right) * v * h;
}

template <typename T>
double worst(ResizeAttrs attrs, int height, int width, int to_height, int to_width, const std::vector<T>& values) {
  const auto got = resize(OpKind::kResizeBilinear, attrs, height, width, to_height, to_width, values);
  const auto pixel = [&](int y, int x) { return static_cast<double>(values[static_cast<size_t>(y * width + x)]); };
  double largest = 0;
  for (int y = 0; y < to_height; ++y) {
    for (int x = 0; x < to_width; ++x) {
      const double wanted = interpolated(attrs, height, width, to_height, to_width, y, x, pixel);
      largest = std::fmax(largest, std::fabs(static_cast<double>(got[static_cast<size_t>(y * to_width + x)]) - wanted));
    }
  }
  return largest;
}

constexpr ResizeAttrs kModes[] = {{false, false}, {true, false}, {false, true}};

}  // namespace

TEST_CASE("bilinear interpolation, in float32 and in fixed point") {
  Draw draw(1);
  for (const ResizeAttrs attrs : kModes) {
    for (int round = 0; round < 20; ++round) {
      const int height = draw.range(1, 9), width = draw.range(1, 9), rows = draw.range(1, 12),
                columns = draw.range(1, 12);
      const int64_t count = int64_t{height} * width;
      CHECK(worst(attrs, height, width, rows, columns, draw.floats(count)) < 1e-5);
      // Places are rounded to 1/1024 of a pixel at worst for every step, and values to integers.
      CHECK(worst(attrs, height, width, rows, columns, draw.integers<int8_t>(count)) < 4.5);
      CHECK(worst(attrs, height, width, rows, columns, draw.integers<uint8_t>(count)) < 0.51);
    }
  }
}

TEST_CASE("a resize to the same size changes nothing") {
  Draw draw(2);
  for (const ResizeAttrs attrs : kModes) {
    const auto x = draw.integers<int16_t>(20);
    CHECK(resize(OpKind::kResizeBilinear, attrs, 4, 5, 4, 5, x) == x);
    CHECK(resize(OpKind::kResizeNearestNeighbor, {attrs.align_corners, false}, 4, 5, 4, 5, x) == x);
  }
}

TEST_CASE("fixed point blends are rounded half away from zero") {
  CHECK(resize<int8_t>(OpKind::kResizeBilinear, {}, 1, 2, 1, 4, {-2, 1}) == std::vector<int8_t>{-2, -1, 1, 1});
  CHECK(resize<int8_t>(OpKind::kResizeBilinear, {}, 1, 2, 1, 4, {-4, 1}) == std::vector<int8_t>{-4, -2, 1, 1});
}

TEST_CASE("the nearest pixel: floor, or with aligned corners half away") {
  const std::vector<int16_t> x{10, 20, 30};
  CHECK(resize(OpKind::kResizeNearestNeighbor, {}, 1, 3, 1, 6, x) == std::vector<int16_t>{10, 10, 20, 20, 30, 30});
  CHECK(resize(OpKind::kResizeNearestNeighbor, {false, true}, 1, 3, 1, 2, x) == std::vector<int16_t>{10, 30});
  CHECK(resize(OpKind::kResizeNearestNeighbor, {true, false}, 1, 3, 1, 5, x) ==
        std::vector<int16_t>{10, 20, 20, 30, 30});
  CHECK(resize(OpKind::kResizeNearestNeighbor, {}, 3, 1, 2, 1, x) == std::vector<int16_t>{10, 20});
}
