// Wide requantization: the accumulator times the effective scale in double, rounded once, ties away from zero.
// The reference's fully-connected kernels use it since LiteRT 1.4 (int8 and int16, per tensor and per channel, and
// uint8).
#pragma once

#include <cstdint>

#include "common/numerics/rounding.h"

namespace atl::numerics {

// input_scale * weight_scale / output_scale, in double, in this order.
inline double effective_scale(float input_scale, float weight_scale, float output_scale) {
  return static_cast<double>(input_scale) * static_cast<double>(weight_scale) / static_cast<double>(output_scale);
}

// round_half_away(double(acc) * scale), saturated to int32. |acc| < 2^53 is exact in double.
inline int32_t requantize_wide(int64_t acc, double scale) { return round_half_away(static_cast<double>(acc) * scale); }

}  // namespace atl::numerics
