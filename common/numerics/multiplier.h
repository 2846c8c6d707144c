// Real multipliers as integers: an int32 significand in [2^30, 2^31) and a power of two.
//
// Formulas: the reference runtime's quantization_util (QuantizeMultiplier) and common (MultiplyByQuantizedMultiplier),
// which build on gemmlowp's fixedpoint.h. Single rounding (TFLITE_SINGLE_ROUNDING) is off in the reference.
#pragma once

#include <cstdint>
#include <limits>

#include "common/numerics/rounding.h"

namespace atl::numerics {

// Stands for value * 2^(exponent - 31). Made by quantize_multiplier: value is 0 or |value| in [2^30, 2^31), exponent >=
// -31.
struct Multiplier {
  int32_t value = 0;
  int exponent = 0;  // > 0 shifts left, < 0 shifts right

  friend constexpr bool operator==(const Multiplier&, const Multiplier&) = default;
};

// The multiplier nearest to `real`, ties away from zero. Below 2^-32 in magnitude it is zero, as in the reference;
// above 2^31, where the reference goes on to shift by more than 31 bits, the exponent is kept and the shift saturates
// (rounding.h). Infinity gives the largest value with exponent 1024, NaN zero.
Multiplier quantize_multiplier(double real);

// High 32 bits of 2ab, rounded to nearest with ties towards plus infinity; INT32_MIN * INT32_MIN saturates.
// (gemmlowp's SaturatingRoundingDoublingHighMul: the nudge is 2^30 for ab >= 0 and 1 - 2^30 below, then division
// truncates.)
constexpr int32_t saturating_rounding_doubling_high_mul(int32_t a, int32_t b) {
  if (a == b && a == std::numeric_limits<int32_t>::min()) return std::numeric_limits<int32_t>::max();
  const int64_t product = int64_t{a} * b;
  return static_cast<int32_t>((product + (int64_t{1} << 30)) >> 31);
}

// x * multiplier with double rounding: the significand product is rounded (ties up), then the right shift is (ties
// away). A left shift comes first and wraps in 32 bits (wrapping_shift_left).
constexpr int32_t multiply_by_quantized_multiplier(int32_t x, Multiplier m) {
  const int left = m.exponent > 0 ? m.exponent : 0;
  const int right = m.exponent > 0 ? 0 : -m.exponent;
  return rounding_divide_by_pot(saturating_rounding_doubling_high_mul(wrapping_shift_left(x, left), m.value), right);
}

// The same function without branches, for loops that a compiler turns into vector instructions.
// value >= 0; left and right shift in [0, 31], and at most one of them not 0.
constexpr int32_t multiply_by_quantized_multiplier_in_range(int32_t x, int32_t value, int32_t left, int32_t right) {
  const auto shifted = static_cast<int32_t>(static_cast<uint32_t>(x) << left);
  const int64_t product = int64_t{shifted} * value + (int64_t{1} << 30);
  const auto high =
      static_cast<int32_t>(static_cast<uint64_t>(product) >> 31);  // its low 32 bits don't see the sign fill
  const auto mask = static_cast<int32_t>((uint32_t{1} << right) - 1);
  const int32_t threshold = (mask >> 1) + (high < 0 ? 1 : 0);
  return (high >> right) + ((high & mask) > threshold ? 1 : 0);
}

// The 64-bit form of int16 activations: the significand is rounded to 15 bits, and there is one rounding, ties up.
// The reference's contract is value >= 0, |x| < 2^47 and -31 <= exponent <= 7; its result is the low 32 bits of the
// quotient. Outside the contract the quotient is computed exactly and saturated to int32.
int32_t multiply_by_quantized_multiplier_64(int64_t x, Multiplier m);

// The 15-bit significand of that form: the rounded high half, at most 0x7FFF.
constexpr int32_t reduced_multiplier(int32_t value) { return value < 0x7FFF0000 ? (value + (1 << 15)) >> 16 : 0x7FFF; }

}  // namespace atl::numerics
