// Rounding of floats to the steps that an integer type would have, as FAKE_QUANT computes it for training.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace atl::numerics {

// A range moved so that 0 is one of its steps: real = scale * (q - zero_point), q in [low, high].
struct NudgedRange {
  float scale, min, max;
  int32_t low, high, zero_point;
};

// q runs over 0 .. 2^bits - 1, with narrow_range over 1 .. 2^bits - 1. scale = (max - min) / (high - low), zero point =
// low - min / scale, rounded half away and clamped to [low, high], all in float32. bits in [2, 16]; (max - min) / 65535
// is above 0 and finite. Source: NudgeQuantizationRange in LiteRT's quantization_util.cc, which is TensorFlow's
// fake_quant_ops_functor.h.
inline NudgedRange nudge(float min, float max, int32_t bits, bool narrow_range) {
  NudgedRange range{};
  range.low = narrow_range ? 1 : 0;
  range.high = (1 << bits) - 1;
  const auto low = static_cast<float>(range.low), high = static_cast<float>(range.high);
  range.scale = (max - min) / (high - low);
  const float zero_point = std::round(std::clamp(low - min / range.scale, low, high));
  range.zero_point = static_cast<int32_t>(zero_point);
  range.min = (low - zero_point) * range.scale;
  range.max = (high - zero_point) * range.scale;
  return range;
}

// The nearest step; NaN gives the lowest.
inline float fake_quantize(float x, const NudgedRange& range) {
  const float clamped = std::min(range.max, std::max(range.min, x));
  const float steps = std::round((clamped - range.min) * (1.0f / range.scale));
  return steps * range.scale + range.min;
}

}  // namespace atl::numerics
