// Functions of one 8-bit value as 256-entry tables.
//
// The reference computes each entry in float32 with the platform's libm. Here the function is evaluated in double and
// rounded once to float32, which is what a correctly rounded float32 function gives, whatever the platform.
#pragma once

#include <array>
#include <cstdint>

#include "common/numerics/activation.h"

namespace atl::numerics {

struct TableQuantization {
  float scale;
  int32_t zero_point;
};

using Table256 = std::array<uint8_t, 256>;

// Entry [i] is for the input whose low 8 bits are i (so an int8 input indexes by its bit pattern), as the output's low
// 8 bits:
//   v = float32(input.scale * (q - input.zero_point)),  t = float32(function(v)),
//   y = clamp(round_half_away(float32(t * float32(1 / output.scale))) + output.zero_point)
// range is that of the type, for input and output alike: full_range<int8_t>() or full_range<uint8_t>().
// A NaN of the function counts as 0.
Table256 build_table(double (*function)(double), TableQuantization input, TableQuantization output, IntRange range);

}  // namespace atl::numerics
