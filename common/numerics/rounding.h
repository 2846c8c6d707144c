// Rounding, shifting and saturating: the smallest pieces of the reference's integer arithmetic.
// Everything here is total: any argument gives a defined result, without undefined behaviour.
#pragma once

#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>

namespace atl::numerics {

// The value of the narrower type nearest to x.
template <std::integral To, std::integral From>
constexpr To saturate(From x) {
  static_assert(std::is_signed_v<From> && sizeof(To) <= sizeof(From));
  constexpr From low = static_cast<From>(std::numeric_limits<To>::min());
  constexpr From high = static_cast<From>(std::numeric_limits<To>::max());
  return static_cast<To>(x < low ? low : (x > high ? high : x));
}

// x rounded to the nearest integer, ties away from zero (C's round), saturated; NaN gives 0.
inline int32_t round_half_away(double x) {
  if (std::isnan(x)) return 0;
  const double rounded = std::round(x);
  if (rounded >= 2147483647.0) return std::numeric_limits<int32_t>::max();
  if (rounded <= -2147483648.0) return std::numeric_limits<int32_t>::min();
  return static_cast<int32_t>(rounded);
}

// The same in float32 arithmetic; differs from the double form on no argument, as every float32 is a double.
inline int32_t round_half_away(float x) { return round_half_away(static_cast<double>(x)); }

// x / 2^exponent rounded to the nearest integer, ties away from zero; exponent >= 0, of any size (0 from 33 on).
// The reference (gemmlowp's RoundingDivideByPOT) defines exponents 0 to 31; beyond, this is the same mathematical
// function.
constexpr int32_t rounding_divide_by_pot(int32_t x, int exponent) {
  if (exponent > 31) return exponent == 32 && x == std::numeric_limits<int32_t>::min() ? -1 : 0;
  if (exponent <= 0) return x;
  const int64_t half = int64_t{1} << (exponent - 1);
  // Half is added to the magnitude, so that both signs round alike.
  return static_cast<int32_t>(x >= 0 ? (x + half) >> exponent : -((half - x) >> exponent));
}

// Rounding right shift of a 64-bit value, ties towards plus infinity: (x + 2^(n-1)) >> n; n in [0, 62].
constexpr int64_t rounding_shift_right_half_up(int64_t x, int n) {
  if (n <= 0) return x;
  // Split so that adding half can't overflow.
  return (x >> n) + ((x >> (n - 1)) & 1);
}

// x * 2^exponent for exponent >= 0, saturated to int32.
constexpr int32_t saturating_shift_left(int32_t x, int exponent) {
  if (exponent <= 0 || x == 0) return x;
  if (exponent >= 32) return x < 0 ? std::numeric_limits<int32_t>::min() : std::numeric_limits<int32_t>::max();
  return saturate<int32_t>(static_cast<int64_t>(x) * (int64_t{1} << exponent));
}

// x * 2^exponent for exponent >= 0. Up to 31 the product wraps in 32 bits, as the reference's does on this class of
// machine; beyond, where the reference is undefined, it saturates.
constexpr int32_t wrapping_shift_left(int32_t x, int exponent) {
  if (exponent <= 0) return x;
  if (exponent > 31) return saturating_shift_left(x, exponent);
  return static_cast<int32_t>(static_cast<uint32_t>(x) << exponent);
}

constexpr int32_t saturating_add(int32_t a, int32_t b) { return saturate<int32_t>(int64_t{a} + b); }

}  // namespace atl::numerics
