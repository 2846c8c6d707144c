// LOGISTIC and TANH on 16 bits: interpolation in a table of the logistic function. (Reference: integer_ops/logistic.h
// and tanh.h.)
#pragma once

#include <array>
#include <cstdint>

namespace atl::numerics {

// q * value / 2^shift, rounded half up, is the argument in units of 1 / (3 * 4096).
struct Sigmoid16Scaling {
  int32_t value = 0;
  int shift = 0;
};

// Whether log2 x lies within a thousandth of a whole number, which is then `exponent`. In float32, as the reference.
bool is_near_power_of_two(float x, int& exponent);

// For LOGISTIC a scale of 2^-12 is exact, for TANH one of 2^-11 too; any other becomes a factor of 15 bits, cut off.
Sigmoid16Scaling logistic16_scaling(float input_scale);
Sigmoid16Scaling tanh16_scaling(float input_scale);

// The table: the logistic function in steps of 1/24 from 0 on, times 65536.
const std::array<int32_t, 256>& sigmoid16_points();

// 32768 / (1 + e^-x) and 32768 tanh(x), in [0, 32767] and [-32768, 32767].
int16_t logistic16(int16_t q, Sigmoid16Scaling scaling);
int16_t tanh16(int16_t q, Sigmoid16Scaling scaling);

}  // namespace atl::numerics
