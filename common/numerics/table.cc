#include "common/numerics/table.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace atl::numerics {
namespace {

// What a point of an interpolation table becomes: clamped; NaN gives 0.
template <typename Real>
int16_t clamp_point(Real x) {
  if (std::isnan(x)) return 0;
  constexpr Real low = std::numeric_limits<int16_t>::min(), high = std::numeric_limits<int16_t>::max();
  return static_cast<int16_t>(std::min(std::max(x, low), high));
}

template <typename Real, typename Function, typename Quantization>
InterpolationTable build_points(const Function& function, Quantization input, Quantization output) {
  constexpr int32_t low = std::numeric_limits<int16_t>::min(), high = std::numeric_limits<int16_t>::max();
  constexpr int steps = 512;
  const auto real = [](Quantization quant, int32_t q) {
    return static_cast<Real>(quant.scale) * static_cast<Real>(q - quant.zero_point);
  };
  const Real first = real(input, low), last = real(input, high);
  const Real step = (last - first) / steps;
  const Real half_step = step / 2;
  const Real inverse_scale = static_cast<Real>(high - low + 1) / (real(output, high) - real(output, low));
  InterpolationTable table{};
  for (int i = 0; i < steps; ++i) {
    const Real at = first + static_cast<Real>(i) * step;
    const Real value = std::round(function(at) * inverse_scale);
    const Real next = function(first + static_cast<Real>(i + 1) * step) * inverse_scale;
    const Real interpolated = std::round((next + value) / 2);
    const Real error = interpolated - std::round(function(at + half_step) * inverse_scale);
    table[static_cast<size_t>(i)] = clamp_point(value - std::round(error / 2));
  }
  table[steps] = clamp_point(std::round(function(last) * inverse_scale));
  return table;
}

}  // namespace

Table256 build_table(const FloatFunction& function, TableQuantization input, TableQuantization output, IntRange range) {
  Table256 table{};
  const float inverse_scale = 1.0f / output.scale;
  for (int32_t q = range.low; q <= range.high; ++q) {
    const float v = input.scale * static_cast<float>(q - input.zero_point);
    const int64_t rounded = round_half_away(function(v) * inverse_scale);
    const int32_t y = range.clamp(saturate<int32_t>(rounded + output.zero_point));
    table[static_cast<uint8_t>(q)] = static_cast<uint8_t>(y);
  }
  return table;
}

InterpolationTable build_interpolation_table(const FloatFunction& function, TableQuantization input,
                                             TableQuantization output) {
  return build_points<float>(function, input, output);
}

InterpolationTable build_wide_interpolation_table(const std::function<double(double)>& function,
                                                  WideTableQuantization input, WideTableQuantization output) {
  return build_points<double>(function, input, output);
}

}  // namespace atl::numerics
