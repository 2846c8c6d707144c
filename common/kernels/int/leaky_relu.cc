// LEAKY_RELU and PRELU: positive values (q - zi) by M of f32(si / so); negative ones by M of f32(f32(si * alpha) / so),
// or, with alpha a tensor, (q - zi)(a - za) by M of f32(f32(si * sa) / so); + zo, clamped.
#include "common/kernels/int/byte_function.h"
#include "common/kernels/int/elementwise.h"
#include "common/kernels/int/quantized.h"

namespace atl::kernels::integer {
namespace {

struct Slopes {
  QuantParams in, alpha, out;
  numerics::Multiplier positive, negative;
  numerics::IntRange range;

  int32_t finish(int32_t scaled) const { return range.clamp(numerics::saturating_add(scaled, out.zero_point)); }
  int32_t of_positive(int32_t centred) const {
    return finish(numerics::multiply_by_quantized_multiplier(centred, positive));
  }
};

template <typename T, typename Alpha>
Result<PreparedKernel> make_prelu(const OpContext& context, const Slopes& slopes) {
  return make_binary<T, Alpha, T>(context, [slopes](T q, Alpha a) {
    const int32_t centred = q - slopes.in.zero_point;
    if (centred >= 0) return static_cast<T>(slopes.of_positive(centred));
    const int64_t product = int64_t{centred} * (a - slopes.alpha.zero_point);
    const int32_t scaled = numerics::multiply_by_quantized_multiplier(static_cast<int32_t>(product), slopes.negative);
    return static_cast<T>(slopes.finish(scaled));
  });
}

Result<Slopes> make_slopes(const OpContext& context) {
  Slopes slopes;
  ATOLL_ASSIGN(slopes.in, input_quant(context, 0));
  ATOLL_ASSIGN(slopes.out, output_quant(context));
  slopes.range = type_range(context.output(0).type);
  slopes.positive = numerics::quantize_multiplier(static_cast<double>(slopes.in.scale / slopes.out.scale));
  return slopes;
}

}  // namespace

Result<PreparedKernel> prepare_leaky_relu(const OpContext& context) {
  ATOLL_ASSIGN(Slopes slopes, make_slopes(context));
  const float factor = slopes.in.scale * context.attrs<graph::LeakyReluAttrs>().alpha / slopes.out.scale;
  slopes.negative = numerics::quantize_multiplier(static_cast<double>(factor));
  return make_integer_function(context.output(0).type, [slopes](int32_t q) {
    const int32_t centred = q - slopes.in.zero_point;
    if (centred >= 0) return slopes.of_positive(centred);
    return slopes.finish(numerics::multiply_by_quantized_multiplier(centred, slopes.negative));
  });
}

Result<PreparedKernel> prepare_prelu(const OpContext& context) {
  ATOLL_ASSIGN(Slopes slopes, make_slopes(context));
  ATOLL_ASSIGN(slopes.alpha, input_quant(context, 1));
  const float factor = slopes.in.scale * slopes.alpha.scale / slopes.out.scale;
  slopes.negative = numerics::quantize_multiplier(static_cast<double>(factor));
  switch (context.output(0).type) {
    case graph::DType::kInt8: return make_prelu<int8_t, int8_t>(context, slopes);
    case graph::DType::kUint8: return make_prelu<uint8_t, uint8_t>(context, slopes);
    default: return make_prelu<int16_t, int8_t>(context, slopes);
  }
}

}  // namespace atl::kernels::integer
