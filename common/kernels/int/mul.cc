// MUL with scales.
//   y = M((a - za)(b - zb)) + zo, clamped, with the float32 factor f32(sa * sb) / so
//   16 bits to 8: the product of two Q0.15 values, rounded to Q0.7, + zo; scales are not looked at
//   16 bits without scales: plain products, which wrap
#include "common/kernels/int/elementwise.h"
#include "common/kernels/int/quantized.h"
#include "common/kernels/interface/elementwise.h"
#include "common/kernels/interface/fused_activation.h"

namespace atl::kernels::integer {
namespace {

template <typename T>
struct Product {
  QuantParams a, b, out;
  numerics::Multiplier multiplier;
  numerics::IntRange range;

  T operator()(T x, T y) const {
    const int64_t product = (int64_t{x} - a.zero_point) * (int64_t{y} - b.zero_point);
    const int32_t scaled = numerics::multiply_by_quantized_multiplier(static_cast<int32_t>(product), multiplier);
    return static_cast<T>(range.clamp(numerics::saturating_add(scaled, out.zero_point)));
  }
};

struct PlainProduct {
  numerics::IntRange range;

  int16_t operator()(int16_t x, int16_t y) const {
    return static_cast<int16_t>(range.clamp(static_cast<int16_t>(int32_t{x} * y)));
  }
};

template <typename Out>
struct NarrowProduct {
  int32_t zero_point;
  numerics::IntRange range;

  Out operator()(int16_t x, int16_t y) const {
    const int32_t product = (int32_t{x} * y + (1 << 14)) >> 15;  // Q0.15; -1 times -1 saturates
    const int32_t q7 = numerics::rounding_divide_by_pot(numerics::saturate<int16_t>(product), 8);
    return static_cast<Out>(range.clamp(q7 + zero_point));
  }
};

}  // namespace

Result<PreparedKernel> prepare_mul(const OpContext& context) {
  const graph::Activation activation = context.attrs<graph::ActivationAttrs>().activation;
  if (!context.output(0).quant.present() && context.output(0).type == graph::DType::kInt16) {
    ATOLL_ASSIGN(const auto bounds, fused_bounds(context, activation));
    const auto range = numerics::plain_activation_range(bounds, numerics::full_range<int16_t>());
    return make_binary<int16_t, int16_t, int16_t>(context, PlainProduct{range});
  }
  ATOLL_ASSIGN(const QuantParams a, input_quant(context, 0));
  ATOLL_ASSIGN(const QuantParams b, input_quant(context, 1));
  ATOLL_ASSIGN(const QuantParams out, output_quant(context));
  ATOLL_ASSIGN(const numerics::IntRange range, output_range(context, activation));
  const auto multiplier = numerics::quantize_multiplier(static_cast<double>(a.scale * b.scale / out.scale));
  return with_integer_type(context.output(0).type, [&]<typename Tag>(Tag) {
    using T = typename Tag::Type;
    return make_binary<T, T, T>(context, Product<T>{a, b, out, multiplier, range});
  });
}

Result<PreparedKernel> prepare_narrow_mul(const OpContext& context) {
  ATOLL_ASSIGN(const QuantParams out, output_quant(context));
  ATOLL_ASSIGN(const numerics::IntRange range,
               output_range(context, context.attrs<graph::ActivationAttrs>().activation));
  return with_integer_type(context.output(0).type, [&]<typename Tag>(Tag) {
    using T = typename Tag::Type;
    return make_binary<int16_t, int16_t, T>(context, NarrowProduct<T>{out.zero_point, range});
  });
}

}  // namespace atl::kernels::integer
