// Comparisons of quantized values: each operand as M((q - z) << 8) by its scale itself, so that values nearer than
// 1/256 can compare equal. On 16 bits LESS and its relatives compare the integers as they are, and so do EQUAL and
// NOT_EQUAL where there are no scales.
#include <functional>

#include "common/kernels/int/elementwise.h"
#include "common/kernels/int/quantized.h"
#include "common/kernels/interface/elementwise.h"

namespace atl::kernels::integer {
namespace {

struct Side {
  int32_t zero_point;
  numerics::Multiplier multiplier;

  int32_t operator()(int32_t q) const {
    return numerics::multiply_by_quantized_multiplier(numerics::wrapping_shift_left(q - zero_point, 8), multiplier);
  }
};

Side make_side(QuantParams quant) {
  return {quant.zero_point, numerics::quantize_multiplier(static_cast<double>(quant.scale))};
}

template <typename T, typename Relation>
Result<PreparedKernel> make_scaled(const OpContext& context) {
  ATOLL_ASSIGN(const QuantParams quant_a, input_quant(context, 0));
  ATOLL_ASSIGN(const QuantParams quant_b, input_quant(context, 1));
  const Side a = make_side(quant_a), b = make_side(quant_b);
  return make_binary<T, T, uint8_t>(context, [a, b](T x, T y) { return static_cast<uint8_t>(Relation()(a(x), b(y))); });
}

template <typename Relation>
Result<PreparedKernel> prepare(const OpContext& context, bool words_have_scales) {
  switch (context.input(0).type) {
    case graph::DType::kInt8: return make_scaled<int8_t, Relation>(context);
    case graph::DType::kUint8: return make_scaled<uint8_t, Relation>(context);
    default: break;
  }
  if (words_have_scales && context.input(0).quant.present()) return make_scaled<int16_t, Relation>(context);
  return make_binary<int16_t, int16_t, uint8_t>(
      context, [](int16_t x, int16_t y) { return static_cast<uint8_t>(Relation()(int32_t{x}, int32_t{y})); });
}

}  // namespace

Result<PreparedKernel> prepare_equal(const OpContext& context) { return prepare<std::equal_to<>>(context, true); }
Result<PreparedKernel> prepare_not_equal(const OpContext& context) {
  return prepare<std::not_equal_to<>>(context, true);
}
Result<PreparedKernel> prepare_less(const OpContext& context) { return prepare<std::less<>>(context, false); }
Result<PreparedKernel> prepare_less_equal(const OpContext& context) {
  return prepare<std::less_equal<>>(context, false);
}
Result<PreparedKernel> prepare_greater(const OpContext& context) { return prepare<std::greater<>>(context, false); }
Result<PreparedKernel> prepare_greater_equal(const OpContext& context) {
  return prepare<std::greater_equal<>>(context, false);
}

}  // namespace atl::kernels::integer
