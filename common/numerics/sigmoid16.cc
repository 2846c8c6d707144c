#include "common/numerics/sigmoid16.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "common/numerics/elementary.h"
#include "common/numerics/rounding.h"

namespace atl::numerics {
namespace {

// 65536 / (1 + e^(-i/24)), each moved by half the error that linear interpolation makes in the middle behind it; the
// last is the largest there is.
std::array<int32_t, 256> make_table() {
  const auto logistic = [](double i) { return 65536 / (1 + exp_double(-i / 24)); };
  std::array<int32_t, 256> table{};
  for (size_t i = 0; i < table.size(); ++i) {
    const auto at = static_cast<double>(i);
    const double error = logistic(at + 0.5) - (logistic(at) + logistic(at + 1)) / 2;
    table[i] = static_cast<int32_t>(std::floor(logistic(at) + error / 2 + 0.5));
  }
  table.back() = 65535;
  return table;
}

Sigmoid16Scaling make_scaling(float input_scale, int largest_left_shift) {
  int exponent = 0;
  const bool exact = is_near_power_of_two(input_scale, exponent);
  if (exact && exponent >= -12 && exponent <= -12 + largest_left_shift) return {3 << (exponent + 12), 0};
  double factor = static_cast<double>(input_scale) * 4096.0 * 3.0;
  int shift = 0;
  while (factor <= 32767.0 / 2.0 && shift <= 30) {
    factor *= 2;
    ++shift;
  }
  return {static_cast<int32_t>(std::min(factor, 2147483647.0)), shift};
}

int32_t scaled(int16_t q, Sigmoid16Scaling scaling) {
  const int64_t product = int64_t{q} * scaling.value;
  return saturate<int32_t>(rounding_shift_right_half_up(product, scaling.shift));
}

// |x| / 2^bits by interpolation, times 2^bits; beyond the table the value given.
int32_t interpolated(int32_t x, int bits, int32_t beyond) {
  const auto magnitude = static_cast<uint32_t>(x < 0 ? -int64_t{x} : x);
  const uint32_t index = magnitude >> bits;
  if (index >= 255) return beyond;
  const auto fraction = static_cast<int32_t>(magnitude & ((1u << bits) - 1));
  const int32_t below = sigmoid16_points()[index], above = sigmoid16_points()[index + 1];
  return (below << bits) + fraction * (above - below);
}

}  // namespace

bool is_near_power_of_two(float x, int& exponent) {
  const float log2 = log_float(x) * (1.0f / log_float(2.0f));
  const float rounded = std::round(log2);
  exponent = round_half_away(rounded);
  return std::fabs(log2 - rounded) < 1e-3f;
}

const std::array<int32_t, 256>& sigmoid16_points() {
  static const std::array<int32_t, 256> points = make_table();
  return points;
}

Sigmoid16Scaling logistic16_scaling(float input_scale) { return make_scaling(input_scale, 0); }
Sigmoid16Scaling tanh16_scaling(float input_scale) { return make_scaling(input_scale, 1); }

int16_t logistic16(int16_t q, Sigmoid16Scaling scaling) {
  constexpr int bits = 9;  // 16 of the table and these: Q0.25
  const int32_t x = scaled(q, scaling);
  const int32_t y = interpolated(x, bits, 0x7FFF << 10);
  const int32_t result = x >= 0 ? y + (1 << bits) : (1 << (16 + bits)) - y + (1 << bits) - 1;
  return static_cast<int16_t>(result >> 10);
}

// tanh x = 2 logistic(2x) - 1
int16_t tanh16(int16_t q, Sigmoid16Scaling scaling) {
  constexpr int bits = 8;
  const int32_t x = scaled(q, scaling);
  const int32_t y = interpolated(x, bits, 0xFFFF << bits);
  constexpr int32_t half = 1 << 23, round = 1 << 7;
  const int32_t result = x >= 0 ? y - half + round : -y + half + round - 1;
  return static_cast<int16_t>(result >> bits);
}

}  // namespace atl::numerics
