// The two functions that SOFTMAX of 16 bits interpolates.
#pragma once

#include "common/numerics/table.h"

namespace atl::numerics {

inline constexpr double kSoftmax16Range = 65535;

// e^x over [-10, 0], which is -32768 .. 32767, in Q0.15; none is negative.
InterpolationTable softmax16_exponentials();
// 1 / (1 + x) over [0, 1], alike.
InterpolationTable softmax16_reciprocals();

// From a difference of inputs to that argument, 10 / 65535 a step: beta * scale (float32) over it.
inline double softmax16_factor(float input_scale, float beta) {
  return static_cast<double>(input_scale * beta) / (10.0 / kSoftmax16Range);
}

}  // namespace atl::numerics
