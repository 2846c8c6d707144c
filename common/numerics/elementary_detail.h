// Shared by the files that implement elementary.h. Private to this folder.
#pragma once

#include <bit>
#include <cstdint>

#include "common/numerics/double_double.h"

namespace atl::numerics::detail {

// 2^exponent; exponent in [-1022, 1023].
constexpr double power_of_two(int exponent) {
  return std::bit_cast<double>(static_cast<uint64_t>(exponent + 1023) << 52);
}

// Whether `value`, off by at most this share of itself, has one nearest float32 only; if so, that.
constexpr bool rounds_safely(double value, double share, float& result) {
  const double margin = value * share;
  result = static_cast<float>(value);
  return static_cast<float>(value - margin) == static_cast<float>(value + margin);
}

// x = steps * ln 2 + rest, |rest| <= ln 2 / 2 or a little more. |x| <= 1000.
struct ExpArgument {
  int steps;
  double rest;
};
ExpArgument split_exp_argument(double x);

// e^x - 1 for |x| <= 0.36, in double: relative error below 2^-50.
double expm1_small(double x);
// e^x and e^x - 1 in double, relative error below 2^-49; |x| <= 700.
double exp_approximate(double x);
double expm1_approximate(double x);
// ln x for a positive normal x, relative error below 2^-47.
double log_approximate(double x);

// The same with relative errors below 2^-90.
DoubleDouble exp_precise(DoubleDouble x);
DoubleDouble expm1_precise(DoubleDouble x);
DoubleDouble log_precise(double x);

}  // namespace atl::numerics::detail
