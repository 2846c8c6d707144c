// Fused activations on quantized values: clamping to a range of integers.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "common/numerics/rounding.h"

namespace atl::numerics {

// The real interval an activation clamps to; a side that is absent does not clamp.
struct ActivationBounds {
  std::optional<float> low, high;
};

inline constexpr ActivationBounds kNoActivation{};
inline constexpr ActivationBounds kRelu{0.0f, std::nullopt};
inline constexpr ActivationBounds kRelu6{0.0f, 6.0f};
inline constexpr ActivationBounds kReluN1To1{-1.0f, 1.0f};
inline constexpr ActivationBounds kRelu0To1{0.0f, 1.0f};

struct IntRange {
  int32_t low, high;

  constexpr int32_t clamp(int32_t x) const {
    // The order of the reference: a range that is empty after rounding (low > high) gives high.
    const int32_t raised = x < low ? low : x;
    return raised > high ? high : raised;
  }
  friend constexpr bool operator==(const IntRange&, const IntRange&) = default;
};

template <typename T>
constexpr IntRange full_range() {
  return {std::numeric_limits<T>::min(), std::numeric_limits<T>::max()};
}

// zero_point + round_half_away(real / scale), the division in float32; saturated.
inline int32_t quantize_bound(float real, float scale, int32_t zero_point) {
  return saturate<int32_t>(int64_t{round_half_away(real / scale)} + zero_point);
}

// The bounds in the quantized domain, within the type's range. (Reference: CalculateActivationRangeQuantized.)
inline IntRange activation_range(ActivationBounds bounds, float scale, int32_t zero_point, IntRange type_range) {
  IntRange range = type_range;
  if (bounds.low) {
    const int32_t low = quantize_bound(*bounds.low, scale, zero_point);
    if (low > range.low) range.low = low;
  }
  if (bounds.high) {
    const int32_t high = quantize_bound(*bounds.high, scale, zero_point);
    if (high < range.high) range.high = high;
  }
  return range;
}

// The bounds of integers without a scale.
inline IntRange plain_activation_range(ActivationBounds bounds, IntRange type_range) {
  return activation_range(bounds, 1.0f, 0, type_range);
}

}  // namespace atl::numerics
