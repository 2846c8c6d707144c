// Quantized softmax: parameters, and the arithmetic of one row in three steps. (Reference: softmax.h on int8 and
// uint8.)
#pragma once

#include <cstdint>

#include "common/numerics/fixed_point.h"
#include "common/numerics/multiplier.h"

namespace atl::numerics {

// Differences to the row's maximum are scaled by beta * input scale into Q5.26.
struct SoftmaxParams {
  Multiplier multiplier;
  int32_t diff_min = 0;  // smaller differences give the smallest output and add nothing to the sum
};

inline constexpr int kSoftmaxDiffIntegerBits = 5;  // of scaled differences: Q5.26
inline constexpr int kSoftmaxSumIntegerBits = 12;  // of the sum of exponentials: Q12.19

// beta * input_scale * 2^26 as a multiplier, at most 2^31 - 1; diff_min = -floor(31 * 2^26 / 2^exponent).
// An exponent <= 0 (beta * scale below 2^-26, which the reference aborts on) is used as it is.
SoftmaxParams prepare_softmax(float beta, float input_scale);

// e^(diff * beta * scale) in Q0.31, for diff_min <= diff <= 0.
constexpr int32_t softmax_exp(int32_t diff, const SoftmaxParams& params) {
  return exp_on_negative_values(multiply_by_quantized_multiplier(diff, params.multiplier));
}

// An exponential as it enters the sum: Q0.31 to Q12.19.
constexpr int32_t softmax_sum_term(int32_t exp) { return rounding_divide_by_pot(exp, kSoftmaxSumIntegerBits); }

// exp / sum as an unsigned fraction of 2^output_bits, before the output type's minimum is added and the result clamped.
// Where the final shift exceeds 31 bits (a sum of 512 or more, on which the reference aborts) it is the mathematical
// rounding shift. The caller's sum saturates at INT32_MAX, which gives what an unbounded sum would: 0.
constexpr int32_t softmax_output(int32_t exp, Reciprocal reciprocal_of_sum, int output_bits) {
  return rounding_divide_by_pot(saturating_rounding_doubling_high_mul(reciprocal_of_sum.value, exp),
                                reciprocal_of_sum.bits_over_unit + 31 - output_bits);
}

}  // namespace atl::numerics
