#include "common/kernels/int/scaled_sum.h"

#include <algorithm>
#include <cmath>

namespace atl::kernels::integer {

Result<ScaledSum> make_scaled_sum(const OpContext& context, graph::Activation activation, int left_shift,
                                  bool squared) {
  ATOLL_ASSIGN(const QuantParams a, input_quant(context, 0));
  ATOLL_ASSIGN(const QuantParams b, input_quant(context, 1));
  ATOLL_ASSIGN(const QuantParams out, output_quant(context));
  const double twice = 2 * static_cast<double>(std::max(a.scale, b.scale));
  const double numerator = squared ? twice * twice : twice;
  const double room = std::ldexp(1.0, squared ? 2 * left_shift : left_shift);
  ScaledSum sum;
  ATOLL_ASSIGN(sum.range, output_range(context, activation));
  sum.a = {a.zero_point, numerics::quantize_multiplier(static_cast<double>(a.scale) / twice)};
  sum.b = {b.zero_point, numerics::quantize_multiplier(static_cast<double>(b.scale) / twice)};
  sum.left_shift = left_shift;
  sum.output = numerics::quantize_multiplier(numerator / (room * static_cast<double>(out.scale)));
  sum.zero_point = out.zero_point;
  return sum;
}

}  // namespace atl::kernels::integer
