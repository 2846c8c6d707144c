// Functions of one integer as tables: 256 entries for 8 bits, 513 points to interpolate between for 16 bits.
//
// The reference computes entries in float32 with the platform's libm; functions for them are in elementary.h.
#pragma once

#include <array>
#include <cstdint>
#include <functional>

#include "common/numerics/activation.h"

namespace atl::numerics {

struct TableQuantization {
  float scale;
  int32_t zero_point;
};

using FloatFunction = std::function<float(float)>;

using Table256 = std::array<uint8_t, 256>;

// Entry [i] is for the input whose low 8 bits are i (so an int8 input indexes by its bit pattern), as the output's low
// 8 bits:
//   v = float32(input.scale * (q - input.zero_point)),  t = function(v),
//   y = clamp(round_half_away(float32(t * float32(1 / output.scale))) + output.zero_point)
// range is that of the type, for input and output alike: full_range<int8_t>() or full_range<uint8_t>(). A NaN of the
// function counts as 0.
Table256 build_table(const FloatFunction& function, TableQuantization input, TableQuantization output, IntRange range);

// Points [i] = function at q = -32768 + 128 i, i = 0 .. 512, in the output's quantization, each lowered by half the
// error that linear interpolation makes in the middle behind it. (Reference: LUTPopulateInt16.)
using InterpolationTable = std::array<int16_t, 513>;
InterpolationTable build_interpolation_table(const FloatFunction& function, TableQuantization input,
                                             TableQuantization output);
// The same in double, for the tables of softmax.
struct WideTableQuantization {
  double scale;
  int32_t zero_point;
};
InterpolationTable build_wide_interpolation_table(const std::function<double(double)>& function,
                                                  WideTableQuantization input, WideTableQuantization output);

// Linear between the points below and above q, rounded half up; the slope and the result wrap in 16 bits.
constexpr int16_t interpolate(const InterpolationTable& table, int16_t q) {
  const auto index = static_cast<size_t>(256 + (q >> 7));
  const int32_t base = table[index];
  const int32_t slope = static_cast<int16_t>(table[index + 1] - base);
  return static_cast<int16_t>(base + ((slope * (q & 0x7F) + 64) >> 7));
}

}  // namespace atl::numerics
