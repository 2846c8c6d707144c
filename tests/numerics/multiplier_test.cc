#include "common/numerics/multiplier.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "common/numerics/wide.h"
#include "tests/numerics/draw.h"

using namespace atl::numerics;
using test::Draw;
using test::int32_edges;

namespace {

constexpr int32_t kMin = std::numeric_limits<int32_t>::min();
constexpr int32_t kMax = std::numeric_limits<int32_t>::max();

// round(2ab / 2^32), ties towards plus infinity: floor(ab / 2^31 + 1/2), by exact floor division.
int32_t high_mul(int32_t a, int32_t b) {
  const __int128 numerator = static_cast<__int128>(a) * b * 2 + (static_cast<__int128>(1) << 31);
  const __int128 denominator = static_cast<__int128>(1) << 32;
  __int128 floor = numerator / denominator;
  if (numerator % denominator < 0) --floor;
  return floor > kMax ? kMax : static_cast<int32_t>(floor);
}

int32_t divide_ties_away(int32_t x, int n) {
  const __int128 magnitude = x < 0 ? -static_cast<__int128>(x) : x;
  const __int128 rounded = n > 60 ? 0 : (2 * magnitude / (static_cast<__int128>(1) << n) + 1) / 2;
  return static_cast<int32_t>(x < 0 ? -rounded : rounded);
}

}  // namespace

TEST_CASE("a multiplier is the nearest 31-bit significand and its exponent") {
  CHECK(quantize_multiplier(0.0) == Multiplier{0, 0});
  CHECK(quantize_multiplier(1.0) == Multiplier{1 << 30, 1});
  CHECK(quantize_multiplier(0.5) == Multiplier{1 << 30, 0});
  CHECK(quantize_multiplier(-0.75) == Multiplier{-(3 << 29), 0});
  CHECK(quantize_multiplier(0.75) == Multiplier{3 << 29, 0});
  // Rounds up to 2^31, which becomes 2^30 and one more exponent.
  CHECK(quantize_multiplier(std::nextafter(1.0, 0.0)) == Multiplier{1 << 30, 1});
  CHECK(quantize_multiplier(1.0 - 0x1p-31) == Multiplier{kMax, 0});
  CHECK(quantize_multiplier(1.0 - 0x1p-32) == Multiplier{1 << 30, 1});  // a tie, away from zero
  CHECK(quantize_multiplier(0x1p-32) == Multiplier{1 << 30, -31});
  CHECK(quantize_multiplier(std::nextafter(0x1p-32, 0.0)) == Multiplier{1 << 30, -31});
  CHECK(quantize_multiplier(0x1p-32 * 0.999) == Multiplier{0, 0});
  CHECK(quantize_multiplier(1e-300) == Multiplier{0, 0});
  CHECK(quantize_multiplier(1e30).exponent == 100);
  CHECK(quantize_multiplier(std::numeric_limits<double>::infinity()) == Multiplier{kMax, 1024});
  CHECK(quantize_multiplier(std::numeric_limits<double>::quiet_NaN()) == Multiplier{0, 0});

  Draw draw(1);
  for (int i = 0; i < 100000; ++i) {
    const double real = std::ldexp(0.5 + draw.unit() / 2, draw.range(-30, 30));
    const Multiplier m = quantize_multiplier(real);
    REQUIRE(m.value >= 1 << 30);
    const long double back = std::ldexp(static_cast<long double>(m.value), m.exponent - 31);
    REQUIRE(std::fabs(back - static_cast<long double>(real)) <= std::ldexp(0.5L, m.exponent - 31));
  }
}

TEST_CASE("saturating_rounding_doubling_high_mul rounds ties up") {
  static_assert(saturating_rounding_doubling_high_mul(kMin, kMin) == kMax);
  static_assert(saturating_rounding_doubling_high_mul(1, 1 << 30) == 1);    // 0.5 up
  static_assert(saturating_rounding_doubling_high_mul(-1, 1 << 30) == 0);   // -0.5 up
  static_assert(saturating_rounding_doubling_high_mul(-3, 1 << 30) == -1);  // -1.5 up
  for (const int32_t a : int32_edges()) {
    for (const int32_t b : int32_edges()) REQUIRE(saturating_rounding_doubling_high_mul(a, b) == high_mul(a, b));
  }
  Draw draw(2);
  for (int i = 0; i < 300000; ++i) {
    const int32_t a = draw.int32(), b = draw.int32();
    REQUIRE(saturating_rounding_doubling_high_mul(a, b) == high_mul(a, b));
    // The reference's own form, by truncating division.
    const int64_t product = int64_t{a} * b;
    const int64_t nudge = product >= 0 ? int64_t{1} << 30 : 1 - (int64_t{1} << 30);
    if (a != kMin || b != kMin) {
      REQUIRE(saturating_rounding_doubling_high_mul(a, b) == (product + nudge) / (int64_t{1} << 31));
    }
  }
}

TEST_CASE("multiply_by_quantized_multiplier rounds twice") {
  Draw draw(3);
  for (int i = 0; i < 300000; ++i) {
    const int32_t x = draw.int32();
    const Multiplier m{draw.range(1 << 30, kMax), draw.range(-31, 31)};
    const auto shifted = static_cast<int32_t>(
        static_cast<int64_t>(static_cast<uint64_t>(static_cast<int64_t>(x)) << (m.exponent > 0 ? m.exponent : 0)));
    REQUIRE(multiply_by_quantized_multiplier(x, m) ==
            divide_ties_away(high_mul(shifted, m.value), m.exponent > 0 ? 0 : -m.exponent));
  }
  // 0.5 * 0.5 = 0.25 of 2 is 0.5: the first rounding keeps 1, the second rounds the tie away.
  static_assert(multiply_by_quantized_multiplier(2, {1 << 30, -1}) == 1);
  static_assert(multiply_by_quantized_multiplier(-2, {1 << 30, -1}) == -1);
  // Two roundings are not one: 1 * 2^-1 * 2^-1 = 0.25 becomes 0.5 -> 1 -> 0.5 -> 1.
  static_assert(multiply_by_quantized_multiplier(1, {1 << 30, -1}) == 1);
  static_assert(multiply_by_quantized_multiplier(-1, {1 << 30, -1}) == 0);
}

TEST_CASE("the form without branches is the same function") {
  Draw draw(6);
  const auto check = [](int32_t x, Multiplier m) {
    const int left = m.exponent > 0 ? m.exponent : 0, right = m.exponent > 0 ? 0 : -m.exponent;
    return multiply_by_quantized_multiplier_in_range(x, m.value, left, right) == multiply_by_quantized_multiplier(x, m);
  };
  for (int exponent = -31; exponent <= 31; ++exponent) {
    for (const int32_t x : int32_edges()) {
      for (const int32_t value : {0, 1 << 30, (1 << 30) + 1, kMax - 1, kMax}) REQUIRE(check(x, {value, exponent}));
    }
    for (int i = 0; i < 20000; ++i) REQUIRE(check(draw.int32(), {draw.range(1 << 30, kMax), exponent}));
  }
}

TEST_CASE("multipliers beyond the reference's range saturate") {
  const Multiplier huge = quantize_multiplier(1e30);
  CHECK(multiply_by_quantized_multiplier(5, huge) == saturating_rounding_doubling_high_mul(kMax, huge.value));
  CHECK(multiply_by_quantized_multiplier(-5, huge) == saturating_rounding_doubling_high_mul(kMin, huge.value));
  CHECK(multiply_by_quantized_multiplier(0, huge) == 0);
  CHECK(multiply_by_quantized_multiplier(kMin, {kMin, -2000}) == 0);
  CHECK(multiply_by_quantized_multiplier_64(5, huge) == kMax);
  CHECK(multiply_by_quantized_multiplier_64(-5, huge) == kMin);
  CHECK(multiply_by_quantized_multiplier_64(0, huge) == 0);
  CHECK(multiply_by_quantized_multiplier_64(std::numeric_limits<int64_t>::max(), {kMax, -2000}) == 0);
  CHECK(multiply_by_quantized_multiplier_64(std::numeric_limits<int64_t>::max(), {kMax, 0}) == kMax);
  CHECK(multiply_by_quantized_multiplier_64(std::numeric_limits<int64_t>::min(), {kMax, 0}) == kMin);
}

TEST_CASE("the 64-bit form uses a 15-bit significand and rounds once, ties up") {
  CHECK(reduced_multiplier(1 << 30) == 1 << 14);
  CHECK(reduced_multiplier(kMax) == 0x7FFF);
  CHECK(reduced_multiplier(0x7FFF0000) == 0x7FFF);
  CHECK(reduced_multiplier(0x7FFEFFFF) == 0x7FFF);
  CHECK(reduced_multiplier(0x40008000) == 0x4001);
  CHECK(reduced_multiplier(0x40007FFF) == 0x4000);
  Draw draw(4);
  for (int i = 0; i < 300000; ++i) {
    const int64_t x = draw.int64(47);
    const Multiplier m{draw.range(1 << 30, kMax), draw.range(-31, 7)};
    const auto significand = static_cast<int64_t>(std::fmin(std::floor(m.value / 65536.0 + 0.5), 32767.0));
    const int shift = 15 - m.exponent;
    const __int128 exact =
        (static_cast<__int128>(x) * significand + (static_cast<__int128>(1) << (shift - 1))) >> shift;
    REQUIRE(multiply_by_quantized_multiplier_64(x, m) == static_cast<int32_t>(static_cast<int64_t>(exact)));
  }
}

TEST_CASE("wide requantization rounds the product with a double once, ties away") {
  CHECK(requantize_wide(1, 0.5) == 1);
  CHECK(requantize_wide(-1, 0.5) == -1);
  CHECK(requantize_wide(5, 0.5) == 3);
  CHECK(requantize_wide(kMax, 4.0) == kMax);
  CHECK(requantize_wide(kMin, 4.0) == kMin);
  // (0.1f * 0.1f) / 0.1f in double is not 0.1f in float: each factor is widened first.
  CHECK(effective_scale(0.1f, 0.3f, 0.7f) ==
        static_cast<double>(0.1f) * static_cast<double>(0.3f) / static_cast<double>(0.7f));
  Draw draw(5);
  for (int i = 0; i < 100000; ++i) {
    const int32_t acc = draw.int32();
    const double scale = std::ldexp(1 + draw.unit(), draw.range(-20, -1));
    const long double product = static_cast<long double>(static_cast<double>(acc) * scale);
    const long double magnitude = std::floor(std::fabs(product) + 0.5L);
    REQUIRE(requantize_wide(acc, scale) == static_cast<int32_t>(product < 0 ? -magnitude : magnitude));
  }
}
