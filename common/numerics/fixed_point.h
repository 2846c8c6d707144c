// Fixed-point exponential and reciprocal on raw int32 values, as gemmlowp's fixedpoint.h defines them.
// "Qm.n" is an int32 that stands for raw / 2^n, with m + n = 31. The product of Qa and Qb is the doubling high multiply
// of the raws, in Q(a+b).
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <limits>

#include "common/numerics/multiplier.h"
#include "common/numerics/rounding.h"

namespace atl::numerics {

inline constexpr int32_t kOneQ0 = std::numeric_limits<int32_t>::max();  // the Q0.31 nearest to 1

namespace detail {
constexpr int32_t fixed_mul(int32_t a, int32_t b) { return saturating_rounding_doubling_high_mul(a, b); }
}  // namespace detail

// e^x for x in (-1/4, 0], Q0.31 to Q0.31: around -1/8, the Taylor polynomial of degree 4 in d = x + 1/8,
// e^(-1/8) * (1 + d + ((d^4/4 + d^3) / 3 + d^2) / 2).
constexpr int32_t exp_between_minus_quarter_and_zero(int32_t x) {
  constexpr int32_t exp_minus_eighth = 1895147668;  // round(e^(-1/8) * 2^31)
  constexpr int32_t third = 715827883;              // round(2^31 / 3)
  const int32_t d = x + (1 << 28);
  const int32_t d2 = detail::fixed_mul(d, d);
  const int32_t d3 = detail::fixed_mul(d2, d);
  const int32_t d4 = detail::fixed_mul(d2, d2);
  const int32_t cubic = detail::fixed_mul(rounding_divide_by_pot(d4, 2) + d3, third);
  const int32_t series = d + rounding_divide_by_pot(cubic + d2, 1);
  return exp_minus_eighth + detail::fixed_mul(exp_minus_eighth, series);
}

// e^x for x <= 0 in Q5.26 (x > -32), to Q0.31; e^0 is kOneQ0. The part of x below 1/4 goes through the polynomial, the
// rest is a product of e^(-2^k), k = -2 .. 4, one for each bit.
constexpr int32_t exp_on_negative_values(int32_t x) {
  constexpr int fraction_bits = 26;
  constexpr int32_t quarter = 1 << (fraction_bits - 2);
  // round(e^(-2^k) * 2^31), k = -2 .. 4
  constexpr std::array<int32_t, 7> factors = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
  if (x == 0) return kOneQ0;
  const int32_t fine = (x & (quarter - 1)) - quarter;  // in [-1/4, 0)
  int32_t result = exp_between_minus_quarter_and_zero(wrapping_shift_left(fine, 5));
  const int32_t rest = static_cast<int32_t>(static_cast<uint32_t>(fine) - static_cast<uint32_t>(x));
  for (size_t i = 0; i < factors.size(); ++i) {
    if (rest & (quarter << i)) result = detail::fixed_mul(result, factors[i]);
  }
  return result;
}

// 1 / (1 + x) for x in [0, 1), Q0.31 to Q0.31: three Newton steps in Q2.29 from 48/17 - 32/17 d, with d = (1 + x) / 2.
constexpr int32_t one_over_one_plus_x(int32_t x) {
  constexpr int32_t c48_over_17 = 1515870810;         // Q2.29
  constexpr int32_t minus_c32_over_17 = -1010580540;  // Q2.29
  constexpr int32_t one = 1 << 29;                    // Q2.29
  const int64_t sum = int64_t{x} + kOneQ0;
  const auto d = static_cast<int32_t>((sum + (sum >= 0 ? 1 : -1)) / 2);
  int32_t y = c48_over_17 + detail::fixed_mul(d, minus_c32_over_17);
  for (int step = 0; step < 3; ++step) {
    const int32_t error = one - detail::fixed_mul(d, y);
    y = y + saturating_shift_left(detail::fixed_mul(y, error), 2);  // Q4.27 to Q2.29
  }
  // y = 1/d in Q2.29 is 2/(1 + x); halved and widened to Q0.31, that is a shift by one.
  return saturating_shift_left(y, 1);
}

// 1 / x of a positive Q(31 - integer_digits) value: x is normalized to 1 + f, and 1 / (1 + f) is returned in Q0.31 with
// the number of bits it still has to be shifted right by. x <= 0 is taken as its 32-bit pattern, as the reference does.
struct Reciprocal {
  int32_t value;
  int bits_over_unit;
};
constexpr Reciprocal reciprocal(int32_t x, int integer_digits) {
  const auto pattern = static_cast<uint32_t>(x);
  const int headroom = std::countl_zero(pattern);
  if (headroom == 32) return {kOneQ0, integer_digits - headroom};  // x == 0: no reciprocal; the largest value
  const auto fraction = static_cast<int32_t>((pattern << headroom) - (uint32_t{1} << 31));
  return {one_over_one_plus_x(fraction), integer_digits - headroom};
}

}  // namespace atl::numerics
