// The products behind the weighted operators against their definitions. Machines with AVX2 run its forms, others the
// portable ones: both have to give these results.
#include <cmath>

#include "common/kernels/products/dynamic_rows.h"
#include "common/kernels/products/float_gemm.h"
#include "tests/kernels/one_op.h"

using namespace atl;
using namespace atl::kernels;
using namespace atl::kernels::test;

namespace {

float sum_of_products(const float* a, const float* b, int64_t depth) {
  float sum = 0;
  for (int64_t k = 0; k < depth; ++k) {
    const float product = a[k] * b[k];
    sum += product;
  }
  return sum;
}

}  // namespace

TEST_CASE("float32 sums run over the depth in the stated order, whatever the sizes") {
  Draw draw(1);
  std::vector<float> panel;
  for (int round = 0; round < 60; ++round) {
    const bool blocks = round % 2 == 1;
    const int64_t rows = draw.range(1, 20), columns = draw.range(1, 40), depth = draw.range(1, blocks ? 800 : 50);
    const auto a = draw.floats(rows * depth), b = draw.floats(columns * depth), bias = draw.floats(columns);
    std::vector<float> c(static_cast<size_t>(rows * columns));
    products::gemm({rows, columns, depth}, blocks ? FloatSums::kBlocks : FloatSums::kInOrder, {a.data(), depth},
                   {b.data(), depth}, bias, {-1, 1}, c.data(), columns, panel);
    for (int64_t i = 0; i < rows; ++i) {
      for (int64_t j = 0; j < columns; ++j) {
        float sum = 0;
        const int64_t step = blocks ? 256 : depth;
        for (int64_t k = 0; k < depth; k += step) {
          sum += sum_of_products(&a[static_cast<size_t>(i * depth + k)], &b[static_cast<size_t>(j * depth + k)],
                                 std::min(step, depth - k));
        }
        sum += bias[static_cast<size_t>(j)];
        REQUIRE(c[static_cast<size_t>(i * columns + j)] == std::min(std::max(sum, -1.0f), 1.0f));
      }
    }
  }
}

TEST_CASE("integer products are exact: signed and unsigned weights, any depth, 32 and 64 bits") {
  Draw draw(2);
  products::GemmScratch scratch;
  for (int round = 0; round < 60; ++round) {
    const int64_t rows = draw.range(1, 15), columns = draw.range(1, 40), depth = draw.range(1, 300);
    const int64_t stride = products::gemm_depth(depth);
    const bool is_signed = draw.range(0, 1) == 1;
    const int zero_point = draw.range(is_signed ? -128 : 0, is_signed ? 127 : 255);
    const auto weights = draw.integers<uint8_t>(columns * depth);
    auto wide = draw.integers<int16_t>(rows * stride);
    const auto weight = [&](int64_t j, int64_t k) {
      const uint8_t byte = weights[static_cast<size_t>(j * depth + k)];
      return (is_signed ? static_cast<int8_t>(byte) : static_cast<int>(byte)) - zero_point;
    };
    const auto sum = [&](int64_t i, int64_t j) {
      int64_t result = 0;
      for (int64_t k = 0; k < depth; ++k) result += int64_t{wide[static_cast<size_t>(i * stride + k)]} * weight(j, k);
      return result;
    };
    const products::WeightRows b{weights.data(), depth, is_signed, zero_point};
    std::vector<int64_t> large(static_cast<size_t>(rows * columns));
    products::gemm({rows, columns, depth}, {wide.data(), stride}, b, large.data(), columns, scratch);
    for (int64_t i = 0; i < rows * columns; ++i) {
      REQUIRE(large[static_cast<size_t>(i)] == sum(i / columns, i % columns));
    }
    for (int16_t& value : wide) value = static_cast<int16_t>(value % 256);
    std::vector<int32_t> small(static_cast<size_t>(rows * columns));
    products::gemm({rows, columns, depth}, {wide.data(), stride}, b, small.data(), columns, scratch);
    for (int64_t i = 0; i < rows * columns; ++i) {
      REQUIRE(small[static_cast<size_t>(i)] == sum(i / columns, i % columns));
    }
  }
}

TEST_CASE("dynamic quantization: both ways of rounding, zeros, and values that are no numbers") {
  products::DynamicRows rows;
  // 127 / 12.7 = 10: whole groups of 8 round by a half and truncation, the rest half away from zero. In float32
  // 0.049999997 * 10 is 0.49999997, which a half added to rounds up to 1.
  const float below_half = 0.049999997f;
  std::vector<float> x(16, below_half);
  x[0] = -12.7f, x[1] = 0.05f, x[2] = -0.05f;
  x.resize(10);
  products::quantize_rows(x.data(), 1, 10, false, rows);
  CHECK(rows.scales[0] == 12.7f / 127.0f);
  CHECK(std::vector<int16_t>(rows.values.begin(), rows.values.begin() + 10) ==
        std::vector<int16_t>{-127, 1, -1, 1, 1, 1, 1, 1, 0, 0});

  // [-1, 3]: the zero point is -128 + 64 from the low end; values come without it.
  const std::vector<float> y = {-1, 3, 0, 1};
  products::quantize_rows(y.data(), 1, 4, true, rows);
  CHECK(rows.scales[0] == static_cast<float>(4.0 / 255.0));
  CHECK(std::vector<int16_t>(rows.values.begin(), rows.values.begin() + 4) == std::vector<int16_t>{-64, 191, 0, 64});

  const std::vector<float> zeros(3, 0.0f);
  products::quantize_rows(zeros.data(), 1, 3, true, rows);
  CHECK(rows.all_zero);
  CHECK(rows.scales[0] == 1.0f);

  const float infinity = std::numeric_limits<float>::infinity();
  const std::vector<float> odd = {infinity, -infinity, std::nanf(""), 1e-45f, 3e38f, -3e38f, 0, 1, 2};
  for (const bool asymmetric : {false, true}) {
    products::quantize_rows(odd.data(), 1, 9, asymmetric, rows);  // any result, no undefined conversion
    for (const int16_t value : rows.values) CHECK(std::abs(value) <= 255);
  }
}
