#include "common/numerics/rounding.h"

#include <catch2/catch.hpp>
#include <limits>

#include "tests/numerics/draw.h"

using namespace atl::numerics;
using test::Draw;
using test::int32_edges;

namespace {

constexpr int32_t kMin = std::numeric_limits<int32_t>::min();
constexpr int32_t kMax = std::numeric_limits<int32_t>::max();

// floor(|x| / 2^n + 1/2) with the sign of x, in exact arithmetic: long double has 64 bits of significand.
int32_t divide_ties_away(int32_t x, int n) {
  const long double quotient = std::fabs(static_cast<long double>(x)) * std::pow(2.0L, -n);
  const auto magnitude = static_cast<int64_t>(std::floor(quotient + 0.5L));
  return static_cast<int32_t>(x < 0 ? -magnitude : magnitude);
}

}  // namespace

TEST_CASE("rounding_divide_by_pot rounds to nearest, ties away from zero, for any exponent") {
  Draw draw(1);
  for (int n = 0; n <= 40; ++n) {
    for (const int32_t x : int32_edges()) REQUIRE(rounding_divide_by_pot(x, n) == divide_ties_away(x, n));
    for (int i = 0; i < 2000; ++i) {
      const int32_t x = draw.int32();
      REQUIRE(rounding_divide_by_pot(x, n) == divide_ties_away(x, n));
    }
  }
  static_assert(rounding_divide_by_pot(3, 1) == 2 && rounding_divide_by_pot(-3, 1) == -2);
  static_assert(rounding_divide_by_pot(5, 2) == 1 && rounding_divide_by_pot(6, 2) == 2 &&
                rounding_divide_by_pot(-6, 2) == -2);
  static_assert(rounding_divide_by_pot(kMin, 31) == -1 && rounding_divide_by_pot(kMin, 32) == -1);
  static_assert(rounding_divide_by_pot(kMax, 32) == 0 && rounding_divide_by_pot(kMin, 33) == 0);
  static_assert(rounding_divide_by_pot(kMin, kMax) == 0);
}

TEST_CASE("rounding_divide_by_pot has gemmlowp's form for exponents 0 to 31") {
  Draw draw(2);
  for (int n = 0; n < 32; ++n) {
    for (int i = 0; i < 2000; ++i) {
      const int32_t x = draw.int32();
      const auto mask = static_cast<int32_t>((int64_t{1} << n) - 1);
      const int32_t remainder = x & mask;
      const int32_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
      REQUIRE(rounding_divide_by_pot(x, n) == (x >> n) + (remainder > threshold ? 1 : 0));
    }
  }
}

TEST_CASE("rounding_shift_right_half_up is floor(x / 2^n + 1/2)") {
  Draw draw(3);
  for (int n = 1; n <= 62; ++n) {
    for (int i = 0; i < 500; ++i) {
      const int64_t x = draw.int64(64);
      const auto expected =
          static_cast<int64_t>((static_cast<__int128>(x) + (static_cast<__int128>(1) << (n - 1))) >> n);
      REQUIRE(rounding_shift_right_half_up(x, n) == expected);
    }
  }
  static_assert(rounding_shift_right_half_up(std::numeric_limits<int64_t>::max(), 1) == int64_t{1} << 62);
  static_assert(rounding_shift_right_half_up(-7, 0) == -7);
}

TEST_CASE("round_half_away rounds ties away and saturates") {
  CHECK(round_half_away(0.5) == 1);
  CHECK(round_half_away(-0.5) == -1);
  CHECK(round_half_away(2.5) == 3);
  CHECK(round_half_away(0.49999999999999994) == 0);
  CHECK(round_half_away(0.49999997f) == 0);
  CHECK(round_half_away(1e300) == kMax);
  CHECK(round_half_away(-1e300) == kMin);
  CHECK(round_half_away(2147483646.5) == kMax);
  CHECK(round_half_away(-2147483647.5) == kMin);
  CHECK(round_half_away(std::numeric_limits<double>::infinity()) == kMax);
  CHECK(round_half_away(std::numeric_limits<float>::quiet_NaN()) == 0);
}

TEST_CASE("shifts to the left wrap to 31 and saturate beyond") {
  static_assert(wrapping_shift_left(3, 4) == 48);
  static_assert(wrapping_shift_left(1, 31) == kMin);
  static_assert(wrapping_shift_left(3, 31) == kMin);
  static_assert(wrapping_shift_left(0x40000001, 1) == kMin + 2);
  static_assert(wrapping_shift_left(1, 32) == kMax && wrapping_shift_left(-1, 1000) == kMin);
  static_assert(wrapping_shift_left(0, 1000) == 0);
  static_assert(saturating_shift_left(1, 30) == 1 << 30 && saturating_shift_left(1, 31) == kMax);
  static_assert(saturating_shift_left(-1, 31) == kMin && saturating_shift_left(-2, 31) == kMin);
  static_assert(saturating_add(kMax, 1) == kMax && saturating_add(kMin, -1) == kMin && saturating_add(-5, 3) == -2);
  static_assert(saturate<int8_t>(300) == 127 && saturate<int8_t>(-300) == -128 && saturate<uint8_t>(-1) == 0);
  static_assert(saturate<int16_t>(int64_t{1} << 40) == 32767);
  CHECK(true);
}
