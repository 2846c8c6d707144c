// Two operands brought to a common scale with head room, and their sum to the output's: what ADD, SUB and
// SQUARED_DIFFERENCE share. With t = 2 * max(sa, sb), an operand becomes M((q - z) << L, s / t).
#pragma once

#include "common/kernels/int/quantized.h"

namespace atl::kernels::integer {

struct ScaledOperand {
  int32_t zero_point = 0;
  numerics::Multiplier multiplier;
};

struct ScaledSum {
  ScaledOperand a, b;
  int left_shift = 0;  // L
  numerics::Multiplier output;
  int32_t zero_point = 0;
  numerics::IntRange range{};

  int32_t scaled(int32_t q, const ScaledOperand& operand) const {
    return numerics::multiply_by_quantized_multiplier(numerics::wrapping_shift_left(q - operand.zero_point, left_shift),
                                                      operand.multiplier);
  }
  int32_t finish(int32_t sum) const {
    const int32_t y = numerics::multiply_by_quantized_multiplier(sum, output);
    return range.clamp(numerics::saturating_add(y, zero_point));
  }
};

// The output's factor is t / (2^L * so); for a product of two scaled operands (squared), t^2 / (2^2L * so).
Result<ScaledSum> make_scaled_sum(const OpContext& context, graph::Activation activation, int left_shift,
                                  bool squared = false);

}  // namespace atl::kernels::integer
