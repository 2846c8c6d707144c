// DIV with scales: (a - za) / (b - zb) as a product with the fixed-point reciprocal of numerics/fixed_point.h, times
// the float32 factor sa / f32(sb * so), + zo, clamped. With h leading bits of (a - za) that repeat its sign and r bits
// of |b - zb| over unit: SRDHM((a - za) << h, reciprocal), then M with an exponent of e - r - h.
#include <bit>
#include <string>

#include "common/kernels/int/elementwise.h"
#include "common/kernels/int/quantized.h"
#include "common/kernels/interface/elementwise.h"
#include "common/numerics/fixed_point.h"

namespace atl::kernels::integer {
namespace {

// x / 2^exponent as the reference computes it on x86-64. Beyond 31, where its formula (rounding_divide_by_pot) has no
// meaning, the machine's shift goes by the exponent's low five bits, and the remainder is compared all the same:
// quotients near zero are off, and a dividend of zero gives 1. Models meet this with every small quotient, so it is
// kept.
int32_t divide_by_pot_as_x86(int32_t x, int exponent) {
  if (exponent <= 31) return numerics::rounding_divide_by_pot(x, exponent);
  const auto mask = static_cast<int32_t>((uint64_t{1} << (exponent & 63)) - 1);
  const int32_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return (x >> (exponent & 31)) + ((x & mask) > threshold ? 1 : 0);
}

int redundant_sign_bits(int32_t x) {
  const auto magnitude = static_cast<uint32_t>(x < 0 ? ~x : x);
  return std::countl_zero(magnitude) - 1;
}

template <typename T>
struct Quotient {
  QuantParams a, b, out;
  numerics::Multiplier multiplier;
  numerics::IntRange range;
  std::string label;

  Status check(std::span<const T>, std::span<const T> divisors) const {
    for (const T divisor : divisors) {
      if (divisor == b.zero_point) return make_error(ErrorCode::kInvalid, "{}: division by zero", label);
    }
    return {};
  }

  T operator()(T x, T y) const {
    int32_t dividend = x - a.zero_point, divisor = y - b.zero_point;
    if (divisor < 0) dividend = -dividend, divisor = -divisor;
    const numerics::Reciprocal reciprocal = numerics::reciprocal(divisor, 31);
    const int headroom = redundant_sign_bits(dividend);
    const int32_t quotient = numerics::saturating_rounding_doubling_high_mul(
        numerics::wrapping_shift_left(dividend, headroom), reciprocal.value);
    const int exponent = multiplier.exponent - reciprocal.bits_over_unit - headroom;
    const int32_t scaled =
        exponent > 0 ? numerics::multiply_by_quantized_multiplier(quotient, {multiplier.value, exponent})
                     : divide_by_pot_as_x86(numerics::saturating_rounding_doubling_high_mul(quotient, multiplier.value),
                                            -exponent);
    return static_cast<T>(range.clamp(numerics::saturating_add(scaled, out.zero_point)));
  }
};

}  // namespace

Result<PreparedKernel> prepare_div(const OpContext& context) {
  ATOLL_ASSIGN(const QuantParams a, input_quant(context, 0));
  ATOLL_ASSIGN(const QuantParams b, input_quant(context, 1));
  ATOLL_ASSIGN(const QuantParams out, output_quant(context));
  ATOLL_ASSIGN(const numerics::IntRange range,
               output_range(context, context.attrs<graph::ActivationAttrs>().activation));
  const auto multiplier = numerics::quantize_multiplier(static_cast<double>(a.scale / (b.scale * out.scale)));
  return with_integer_type(context.output(0).type, [&]<typename Tag>(Tag) {
    using T = typename Tag::Type;
    return make_binary<T, T, T>(context, Quotient<T>{a, b, out, multiplier, range, context.label()});
  });
}

}  // namespace atl::kernels::integer
