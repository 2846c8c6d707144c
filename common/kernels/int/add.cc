// ADD and SUB with scales.
//   8 bits, and 16 bits in general: with t = 2 * max(sa, sb) and L = 20 or 15,
//     y = M(M((a - za) << L, sa / t) +- M((b - zb) << L, sb / t), t / (2^L * so)) + zo, clamped; M of
//     numerics/multiplier.h. On 8 bits the inner two are functions of one byte each: tables.
//   16 bits, pot_scale_int16 and scales that are powers of two, one of the operands having the output's:
//     y = the other operand, shifted right and rounded, +- this one, saturated, clamped.
//   16 bits without scales: plain sums, which wrap.
#include <algorithm>
#include <array>

#include "common/kernels/int/elementwise.h"
#include "common/kernels/int/scaled_sum.h"
#include "common/kernels/interface/elementwise.h"
#include "common/kernels/interface/fused_activation.h"
#include "common/numerics/sigmoid16.h"

namespace atl::kernels::integer {
namespace {

using ScaledTable = std::array<int32_t, 256>;  // by the operand's bit pattern

template <typename T>
ScaledTable make_table(const ScaledSum& sum, const ScaledOperand& operand) {
  ScaledTable table{};
  for (size_t i = 0; i < table.size(); ++i) table[i] = sum.scaled(static_cast<T>(i), operand);
  return table;
}

// Works on bit patterns, which int8 and uint8 share.
struct SumOfBytes {
  ScaledTable a{}, b{};  // b negated for SUB
  ScaledSum sum;

  uint8_t operator()(uint8_t x, uint8_t y) const { return static_cast<uint8_t>(sum.finish(a[x] + b[y])); }
};

struct SumOfWords {
  ScaledSum sum;
  int32_t sign;

  int16_t operator()(int16_t x, int16_t y) const {
    return static_cast<int16_t>(sum.finish(sum.scaled(x, sum.a) + sign * sum.scaled(y, sum.b)));
  }
};

struct ShiftedSum {
  int right_a = 0, right_b = 0;  // at most one is not 0
  int32_t sign = 1;
  numerics::IntRange range{};

  int16_t operator()(int16_t x, int16_t y) const {
    const int32_t a = numerics::rounding_divide_by_pot(x, right_a), b = numerics::rounding_divide_by_pot(y, right_b);
    return static_cast<int16_t>(range.clamp(numerics::saturate<int16_t>(a + sign * b)));
  }
};

struct PlainSum {
  int32_t sign;
  numerics::IntRange range;

  int16_t operator()(int16_t x, int16_t y) const {
    return static_cast<int16_t>(range.clamp(static_cast<int16_t>(x + sign * y)));
  }
};

// The exponents of all three scales where they are powers of two.
std::optional<std::array<int, 3>> exponents(const QuantParams& a, const QuantParams& b, const QuantParams& out) {
  std::array<int, 3> result{};
  const bool all = numerics::is_near_power_of_two(a.scale, result[0]) &&
                   numerics::is_near_power_of_two(b.scale, result[1]) &&
                   numerics::is_near_power_of_two(out.scale, result[2]);
  if (!all) return std::nullopt;
  return result;
}

Result<PreparedKernel> prepare_shifted(const OpContext& context, std::array<int, 3> exponents, numerics::IntRange range,
                                       int32_t sign) {
  const int right_a = exponents[2] - exponents[0], right_b = exponents[2] - exponents[1];
  if (right_a < 0 || right_b < 0 || (right_a != 0 && right_b != 0)) {
    return context.error(ErrorCode::kUnsupported,
                         "with pot_scale_int16, one operand must have the output's scale and the other a smaller one; "
                         "the scales are 2^{}, 2^{} and 2^{} for the output",
                         exponents[0], exponents[1], exponents[2]);
  }
  return make_binary<int16_t, int16_t, int16_t>(context, ShiftedSum{right_a, right_b, sign, range});
}

Result<PreparedKernel> prepare_words(const OpContext& context, const graph::AddAttrs& attrs, int32_t sign) {
  if (!context.output(0).quant.present()) {
    ATOLL_ASSIGN(const auto bounds, fused_bounds(context, attrs.activation));
    const auto range = numerics::plain_activation_range(bounds, numerics::full_range<int16_t>());
    return make_binary<int16_t, int16_t, int16_t>(context, PlainSum{sign, range});
  }
  ATOLL_ASSIGN(const ScaledSum sum, make_scaled_sum(context, attrs.activation, 15));
  if (attrs.pot_scale_int16) {
    ATOLL_ASSIGN(const QuantParams a, input_quant(context, 0));
    ATOLL_ASSIGN(const QuantParams b, input_quant(context, 1));
    ATOLL_ASSIGN(const QuantParams out, output_quant(context));
    if (const auto powers = exponents(a, b, out)) return prepare_shifted(context, *powers, sum.range, sign);
  }
  return make_binary<int16_t, int16_t, int16_t>(context, SumOfWords{sum, sign});
}

template <typename T>
Result<PreparedKernel> prepare_bytes(const OpContext& context, const graph::AddAttrs& attrs, int32_t sign) {
  ATOLL_ASSIGN(const ScaledSum sum, make_scaled_sum(context, attrs.activation, 20));
  SumOfBytes function{make_table<T>(sum, sum.a), make_table<T>(sum, sum.b), sum};
  for (int32_t& entry : function.b) entry *= sign;
  return make_binary<uint8_t, uint8_t, uint8_t>(context, function);
}

Result<PreparedKernel> prepare(const OpContext& context, int32_t sign) {
  const auto& attrs = context.attrs<graph::AddAttrs>();
  switch (context.output(0).type) {
    case graph::DType::kInt8: return prepare_bytes<int8_t>(context, attrs, sign);
    case graph::DType::kUint8: return prepare_bytes<uint8_t>(context, attrs, sign);
    default: return prepare_words(context, attrs, sign);
  }
}

}  // namespace

Result<PreparedKernel> prepare_add(const OpContext& context) { return prepare(context, 1); }
Result<PreparedKernel> prepare_sub(const OpContext& context) { return prepare(context, -1); }

}  // namespace atl::kernels::integer
