// Fixed-point natural logarithm on raw int32 values, for log-softmax. (Reference:
// log_x_for_x_greater_than_or_equal_to_1; notation as in fixed_point.h.)
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

#include "common/numerics/fixed_point.h"

namespace atl::numerics {

namespace detail {

constexpr int32_t wrapping_add(int32_t a, int32_t b) {
  return static_cast<int32_t>(static_cast<uint32_t>(a) + static_cast<uint32_t>(b));
}
constexpr int32_t wrapping_subtract(int32_t a, int32_t b) {
  return static_cast<int32_t>(static_cast<uint32_t>(a) - static_cast<uint32_t>(b));
}

}  // namespace detail

// ln x for x >= 1 in Q12.19, to Q5.26. x is brought near to 1 twice, as r 2^n and as r 2^(n - 1/2); of the two the one
// with the smaller r is taken, and ln r comes from a rational approximation around 2^(-1/4).
constexpr int32_t log_of_at_least_one(int32_t x) {
  constexpr int integer_bits = 12, power_bits = 6;  // of x; of powers of two and of the sum (Q6.25)
  constexpr int32_t ln_2 = 1488522236, sqrt_half = 1518500250, fourth_root_half = 1805811301;  // Q0.31
  constexpr int32_t quarter = 1 << (31 - power_bits - 2);
  // 11/240, 1/20, 2 / s^2 - 1 and 1/4, each times s = 2^(1/4): of the approximation, Q0.31
  constexpr int32_t numerator_cubic = 117049297, square_factor = 127690142, constant = 1057819769, linear = 638450708;
  const auto mul = detail::fixed_mul;
  const auto add = detail::wrapping_add;

  const int zeros_a = std::countl_zero(static_cast<uint32_t>(x));
  const int32_t r_a = saturating_shift_left(mul(saturating_shift_left(x, zeros_a - 1), sqrt_half), 1);
  const int32_t power_a = saturating_add(saturating_shift_left(integer_bits - zeros_a, 31 - power_bits), quarter);
  const int zeros_b = std::countl_zero(static_cast<uint32_t>(mul(x, sqrt_half))) - 1;
  const int32_t r_b = saturating_shift_left(x, zeros_b);
  const int32_t power_b =
      saturate<int32_t>(int64_t{saturating_shift_left(integer_bits - zeros_b, 31 - power_bits)} - quarter);
  const int32_t r = std::min(r_a, r_b), power = std::max(power_a, power_b);

  const int64_t sum = int64_t{r} + fourth_root_half;
  const auto half_sum = static_cast<int32_t>((sum + (sum >= 0 ? 1 : -1)) / 2);
  const int32_t difference = detail::wrapping_subtract(r, fourth_root_half);
  const int32_t q = add(difference, difference);
  const int32_t square = mul(q, q);
  const int32_t numerator = add(mul(q, r), mul(mul(q, square), numerator_cubic));
  const int32_t denominator =
      add(mul(half_sum, add(add(constant, q), mul(square_factor, square))), mul(linear, q));  // less 1
  const int32_t log_r = mul(rounding_divide_by_pot(numerator, power_bits), one_over_one_plus_x(denominator));
  return saturating_shift_left(add(mul(power, ln_2), log_r), 1);
}

}  // namespace atl::numerics
