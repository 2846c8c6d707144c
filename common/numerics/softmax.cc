#include "common/numerics/softmax.h"

#include <algorithm>
#include <cmath>

namespace atl::numerics {

SoftmaxParams prepare_softmax(float beta, float input_scale) {
  constexpr int fraction_bits = 31 - kSoftmaxDiffIntegerBits;
  const double scaled = static_cast<double>(beta) * static_cast<double>(input_scale) * (1 << fraction_bits);
  SoftmaxParams params;
  params.multiplier = quantize_multiplier(std::min(scaled, 2147483647.0));
  const double largest = static_cast<double>((1 << kSoftmaxDiffIntegerBits) - 1) * (1 << fraction_bits);
  const double radius = std::floor(std::ldexp(largest, -params.multiplier.exponent));
  params.diff_min = -static_cast<int32_t>(std::min(radius, 2147483647.0));
  return params;
}

}  // namespace atl::numerics
