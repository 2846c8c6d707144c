// SQRT, RSQRT and ABS with scales.
//   SQRT:   y = trunc(f32(sqrt(f32(si * (q - zi))) / so)) + zo
//   RSQRT:  on int8, 1 / sqrt of the integer by numerics/inverse_sqrt.h with 20 bits of head room, then M by
//           1 / f32(f32(sqrt(si)) * so) + zo; 0 gives 127
//   ABS:    y = M(|q - zi|, f32(si / so)) + zo, without M where the scales are equal; 16 bits without scales: |q|
// A negative root is an error when the model runs.
#include <cmath>
#include <cstdlib>
#include <string>

#include "common/kernels/int/byte_function.h"
#include "common/kernels/int/elementwise.h"
#include "common/kernels/int/quantized.h"
#include "common/numerics/inverse_sqrt.h"

namespace atl::kernels::integer {
namespace {

// Runs another function after looking for values below the zero point.
template <typename T, typename Function>
struct OfNonNegative {
  int32_t zero_point;
  std::string label;
  Function function;

  Status check(std::span<const T> values) const {
    for (const T q : values) {
      if (q < zero_point) return make_error(ErrorCode::kInvalid, "{}: the root of a negative value", label);
    }
    return {};
  }
  T operator()(T q) const { return static_cast<T>(function(int32_t{q})); }
};

template <typename T, typename Function>
PreparedKernel make_root(const OpContext& context, int32_t zero_point, Function function) {
  return make_unary<T, T>(OfNonNegative<T, Function>{zero_point, context.label(), function});
}

int32_t rsqrt(int32_t centred, numerics::Multiplier scaling, int32_t zero_point) {
  constexpr int shift = 20;
  if (centred == 0) return 127;
  numerics::Multiplier inverse = numerics::inverse_sqrt(centred);
  inverse.exponent += shift;
  scaling.exponent -= shift;
  const int32_t root = numerics::multiply_by_quantized_multiplier(1, inverse);
  const int32_t y = numerics::multiply_by_quantized_multiplier(root, scaling);
  return numerics::saturate<int8_t>(numerics::saturating_add(y, zero_point));
}

}  // namespace

Result<PreparedKernel> prepare_sqrt(const OpContext& context) {
  ATOLL_ASSIGN(const QuantParams in, input_quant(context, 0));
  ATOLL_ASSIGN(const QuantParams out, output_quant(context));
  const numerics::IntRange range = type_range(context.output(0).type);
  const auto function = [=](int32_t q) {
    const float root = std::sqrt(in.scale * static_cast<float>(q - in.zero_point));
    const int64_t y = numerics::saturate<int32_t>(static_cast<int64_t>(std::fmin(root / out.scale, 4e9f)));
    return range.clamp(numerics::saturate<int32_t>(y + out.zero_point));
  };
  if (context.input(0).type == graph::DType::kInt8) return make_root<int8_t>(context, in.zero_point, function);
  return make_root<int16_t>(context, in.zero_point, function);
}

Result<PreparedKernel> prepare_rsqrt(const OpContext& context) {
  ATOLL_ASSIGN(const QuantParams in, input_quant(context, 0));
  ATOLL_ASSIGN(const QuantParams out, output_quant(context));
  const float root_of_scale = std::sqrt(in.scale);
  const auto scaling = numerics::quantize_multiplier(1.0 / static_cast<double>(root_of_scale * out.scale));
  return make_root<int8_t>(context, in.zero_point,
                           [=](int32_t q) { return rsqrt(q - in.zero_point, scaling, out.zero_point); });
}

Result<PreparedKernel> prepare_abs(const OpContext& context) {
  const graph::DType type = context.output(0).type;
  if (!context.input(0).quant.present() && type == graph::DType::kInt16) {
    return make_unary<int16_t, int16_t>([](int16_t q) { return static_cast<int16_t>(std::abs(int32_t{q})); });
  }
  ATOLL_ASSIGN(const QuantParams in, input_quant(context, 0));
  ATOLL_ASSIGN(const QuantParams out, output_quant(context));
  const numerics::IntRange range = type_range(type);
  const bool rescales = in.scale != out.scale;
  const auto multiplier = numerics::quantize_multiplier(static_cast<double>(in.scale / out.scale));
  return make_integer_function(type, [=](int32_t q) {
    const int32_t magnitude = std::abs(q - in.zero_point);
    const int32_t y = rescales ? numerics::multiply_by_quantized_multiplier(magnitude, multiplier) : magnitude;
    return range.clamp(numerics::saturating_add(y, out.zero_point));
  });
}

}  // namespace atl::kernels::integer
