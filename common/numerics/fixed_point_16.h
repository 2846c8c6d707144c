// The logistic function and tanh on 16-bit fixed-point values, as gemmlowp's fixedpoint.h defines them for int16.
// A raw int16 stands for raw / 2^(15 - integer bits); results have no integer bits, and 1 is 32767.
#pragma once

#include <array>
#include <cstdint>
#include <limits>

#include "common/numerics/rounding.h"

namespace atl::numerics {

namespace detail16 {

inline constexpr int16_t kOne = std::numeric_limits<int16_t>::max();

// Sums of raws wrap, as int16 addition does in the reference.
constexpr int16_t wrap(int32_t x) { return static_cast<int16_t>(x); }

// High 16 bits of 2ab, to nearest, ties up; the product of -1 with itself saturates.
constexpr int16_t mul(int16_t a, int16_t b) {
  if (a == b && a == std::numeric_limits<int16_t>::min()) return kOne;
  const int32_t product = int32_t{a} * b;
  const int32_t nudge = product >= 0 ? 1 << 14 : 1 - (1 << 14);
  return static_cast<int16_t>((product + nudge) / (1 << 15));
}

constexpr int16_t shift_left(int16_t x, int bits) { return saturate<int16_t>(int64_t{x} * (int64_t{1} << bits)); }

constexpr int16_t shift_right(int16_t x, int bits) {
  return static_cast<int16_t>(rounding_divide_by_pot(int32_t{x}, bits));
}

// A constant that gemmlowp states with 32 bits.
constexpr int16_t constant(int32_t raw) { return static_cast<int16_t>(rounding_divide_by_pot(raw, 16)); }

// e^x for x in [-1/4, 0), no integer bits.
constexpr int16_t exp_fine(int16_t x) {
  constexpr int16_t exp_minus_eighth = constant(1895147668), third = constant(715827883);
  const int16_t d = wrap(x + (1 << 12));
  const int16_t d2 = mul(d, d), d3 = mul(d2, d), d4 = mul(d2, d2);
  const int16_t cubic = mul(wrap(shift_right(d4, 2) + d3), third);
  const int16_t series = wrap(d + shift_right(wrap(cubic + d2), 1));
  return saturate<int16_t>(int32_t{exp_minus_eighth} + mul(exp_minus_eighth, series));
}

// e^x for x <= 0 of 0 to 7 integer bits.
constexpr int16_t exp_on_negative_values(int16_t x, int integer_bits) {
  constexpr std::array<int32_t, 7> factors = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
  if (x == 0) return kOne;
  const int fraction_bits = 15 - integer_bits;
  if (integer_bits > 5 && x < -(1 << (20 - integer_bits))) return 0;  // below -32
  const auto quarter = static_cast<int16_t>(1 << (fraction_bits - 2));
  const int16_t fine = wrap((x & (quarter - 1)) - quarter);
  int16_t result = exp_fine(shift_left(fine, integer_bits));
  const int16_t rest = wrap(fine - x);
  for (int i = 0; i < static_cast<int>(factors.size()); ++i) {
    const int exponent = i - 2;  // the factor is e^(-2^exponent)
    if (integer_bits <= exponent) break;
    if ((rest >> (fraction_bits + exponent)) & 1) result = mul(result, constant(factors[static_cast<size_t>(i)]));
  }
  return result;
}

// Newton's three steps towards 1 / d with d = (1 + x) / 2, in 2 integer bits.
constexpr int16_t reciprocal_of_half_sum(int16_t x) {
  constexpr int16_t c48_over_17 = constant(1515870810), minus_c32_over_17 = constant(-1010580540);
  const int32_t sum = int32_t{x} + kOne;
  const auto d = static_cast<int16_t>((sum + (sum >= 0 ? 1 : -1)) / 2);
  int16_t y = wrap(c48_over_17 + mul(d, minus_c32_over_17));
  for (int step = 0; step < 3; ++step) {
    const int16_t error = wrap((1 << 13) - mul(d, y));
    y = wrap(y + shift_left(mul(y, error), 2));
  }
  return y;
}

// 1 / (1 + x) and (1 - x) / (1 + x) for x in [0, 1].
constexpr int16_t one_over_one_plus(int16_t x) { return shift_left(reciprocal_of_half_sum(x), 1); }
constexpr int16_t one_minus_over_one_plus(int16_t x) {
  return shift_left(wrap(reciprocal_of_half_sum(x) - (1 << 13)), 2);
}

}  // namespace detail16

// 1 / (1 + e^-x), x with 3 integer bits.
constexpr int16_t logistic_fixed_16(int16_t x) {
  using namespace detail16;
  if (x == 0) return constant(1 << 30);
  const int16_t minus_magnitude = x > 0 ? wrap(-x) : x;
  const int16_t positive = one_over_one_plus(exp_on_negative_values(minus_magnitude, 3));
  return x > 0 ? positive : wrap(kOne - positive);
}

// tanh x, x with 0 to 6 integer bits.
constexpr int16_t tanh_fixed_16(int16_t x, int integer_bits) {
  using namespace detail16;
  if (x == 0) return 0;
  const int16_t minus_magnitude = x < 0 ? x : wrap(-x);
  // Twice x has the same raw with an integer bit more.
  const int16_t t = one_minus_over_one_plus(exp_on_negative_values(minus_magnitude, integer_bits + 1));
  return x < 0 ? wrap(-t) : t;
}

}  // namespace atl::numerics
