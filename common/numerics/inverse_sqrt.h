// 1 / sqrt(x) of a positive integer as a multiplier, by Newton's iteration in fixed point. (Reference:
// GetInvSqrtQuantizedMultiplierExp.)
#pragma once

#include <bit>
#include <cstdint>
#include <limits>

#include "common/numerics/multiplier.h"

namespace atl::numerics {

// 1 / sqrt(x). x <= 1 counts as 1, which gives the largest value with exponent 0.
constexpr Multiplier inverse_sqrt(int32_t x) {
  if (x <= 1) return {std::numeric_limits<int32_t>::max(), 0};
  int right = 11;
  while (x >= 1 << 29) x /= 4, ++right;
  // x becomes a value in [2^27, 2^29), by pairs of bits.
  const int pairs = (std::countl_zero(static_cast<uint32_t>(x)) - 1) / 2 - 1;
  right -= pairs;
  x <<= 2 * pairs;
  constexpr auto mul = saturating_rounding_doubling_high_mul;
  constexpr int32_t three_halves = (1 << 28) + (1 << 27);  // Q3.28, as all that follows
  constexpr int32_t half_sqrt_2 = 1518500250;              // Q0.31
  const int32_t half_input = rounding_divide_by_pot(x >> 1, 1);
  int32_t y = 1 << 28;
  for (int step = 0; step < 5; ++step) {
    const int32_t cube = saturating_shift_left(mul(mul(y, y), y), 6);
    y = saturating_shift_left(mul(three_halves, y) - mul(half_input, cube), 3);
  }
  y = mul(y, half_sqrt_2);
  if (right < 0) return {wrapping_shift_left(y, -right), 0};
  return {y, -right};
}

}  // namespace atl::numerics
