// HARD_SWISH: x relu6(x + 3) / 6 on 16-bit fixed point. (q - zi) << 7 goes two ways: to the output's scale before its
// last shift, and to a scale on which 3 is 32768, where it saturates to the factor in [0, 1] of Q0.15.
#include "common/kernels/int/byte_function.h"
#include "common/kernels/int/elementwise.h"
#include "common/kernels/int/quantized.h"

namespace atl::kernels::integer {
namespace {

// Saturating high half of 2ab on 16 bits, ties up.
int32_t high_mul_16(int32_t a, int32_t b) { return numerics::saturate<int16_t>((a * b + (1 << 14)) >> 15); }

int32_t saturating_shift_left_16(int32_t x, int exponent) {
  return numerics::saturate<int16_t>(numerics::saturating_shift_left(x, exponent));
}

struct HardSwish {
  QuantParams in, out;
  int32_t output_value, reluish_value;  // 15-bit multipliers
  int output_exponent, reluish_exponent;
  numerics::IntRange range;

  int32_t operator()(int32_t q) const {
    const int32_t x = static_cast<int16_t>((q - in.zero_point) * (1 << 7));
    const int32_t on_output_scale = high_mul_16(x, output_value);
    int32_t factor = x;
    // All but the last bit of a left shift comes before the product, the last one behind it, where saturation counts.
    if (reluish_exponent > 0) factor = saturating_shift_left_16(factor, reluish_exponent - 1);
    factor = high_mul_16(factor, reluish_value);
    if (reluish_exponent > 0) factor = saturating_shift_left_16(factor, 1);
    if (reluish_exponent < 0) factor = numerics::rounding_divide_by_pot(factor, -reluish_exponent);
    factor = (factor + (1 << 15)) >> 1;
    const int32_t product = factor * on_output_scale / (1 << 15);  // towards zero
    const int32_t y = numerics::rounding_divide_by_pot(product, -output_exponent) + out.zero_point;
    return range.clamp(y);
  }
};

}  // namespace

Result<PreparedKernel> prepare_hard_swish(const OpContext& context) {
  ATOLL_ASSIGN(const QuantParams in, input_quant(context, 0));
  ATOLL_ASSIGN(const QuantParams out, output_quant(context));
  const float fine_scale = (1.0f / 128.0f) * in.scale;
  const auto output = numerics::quantize_multiplier(static_cast<double>(fine_scale / out.scale));
  const auto reluish = numerics::quantize_multiplier(static_cast<double>(fine_scale / (3.0f / 32768.0f)));
  if (output.exponent > 0) {
    return context.error(ErrorCode::kUnsupported,
                         "the output's scale {} is too small for the input's scale {}; at least 1/128 of it works",
                         out.scale, in.scale);
  }
  const graph::DType type = context.output(0).type;
  return make_integer_function(
      type, HardSwish{in, out, numerics::reduced_multiplier(output.value), numerics::reduced_multiplier(reluish.value),
                      output.exponent, reluish.exponent, type_range(type)});
}

}  // namespace atl::kernels::integer
