#include <cmath>
#include <limits>

#include "common/numerics/elementary.h"
#include "common/numerics/elementary_detail.h"

namespace atl::numerics {
namespace detail {
namespace {

constexpr double kInverseLn2 = 0x1.71547652b82fep+0;
// ln 2 in three parts; the first has 31 bits, so that its product with a count of steps is exact.
constexpr double kLn2First = 0x1.62e42fee00000p-1;
constexpr DoubleDouble kLn2Rest = {0x1.a39ef35793c76p-33, 0x1.cc01f97b57a08p-87};

// e^x - 1 for |x| <= 0.36: the Taylor series at x / 64, then e^(2x) - 1 = (e^x - 1)(e^x - 1 + 2) six times.
DoubleDouble expm1_small_precise(DoubleDouble x) {
  constexpr int terms = 13, doublings = 6;
  const DoubleDouble small = scaled(x, power_of_two(-doublings));
  DoubleDouble series{1};
  for (int n = terms; n >= 2; --n) series = DoubleDouble{1} + series * small / DoubleDouble{static_cast<double>(n)};
  DoubleDouble result = small * series;
  for (int i = 0; i < doublings; ++i) result = result * (result + DoubleDouble{2});
  return result;
}

DoubleDouble exp_rest_precise(DoubleDouble x, int steps) {
  return (x - DoubleDouble{steps * kLn2First}) - DoubleDouble{static_cast<double>(steps)} * kLn2Rest;
}

}  // namespace

ExpArgument split_exp_argument(double x) {
  const double scaled_x = x * kInverseLn2;
  const auto steps = static_cast<int>(scaled_x < 0 ? scaled_x - 0.5 : scaled_x + 0.5);
  return {steps, (x - steps * kLn2First) - steps * kLn2Rest.high};
}

double expm1_small(double x) {
  constexpr int terms = 15;
  double series = 1;
  for (int n = terms; n >= 3; --n) series = 1 + series * x * (1.0 / n);
  return x + x * x * 0.5 * series;
}

double exp_approximate(double x) {
  const ExpArgument argument = split_exp_argument(x);
  return (1 + expm1_small(argument.rest)) * power_of_two(argument.steps);
}

double expm1_approximate(double x) {
  const ExpArgument argument = split_exp_argument(x);
  const double scale = power_of_two(argument.steps);
  return scale * expm1_small(argument.rest) + (scale - 1);
}

DoubleDouble exp_precise(DoubleDouble x) {
  const int steps = split_exp_argument(x.high).steps;
  return scaled(DoubleDouble{1} + expm1_small_precise(exp_rest_precise(x, steps)), power_of_two(steps));
}

DoubleDouble expm1_precise(DoubleDouble x) {
  const int steps = split_exp_argument(x.high).steps;
  if (steps == 0) return expm1_small_precise(x);
  const double scale = power_of_two(steps);
  const DoubleDouble fraction = expm1_small_precise(exp_rest_precise(x, steps));
  return scaled(fraction, scale) + detail::exact_sum(scale, -1);
}

}  // namespace detail

using detail::rounds_safely;

float exp_float(float x) {
  if (std::isnan(x)) return x;
  if (x > 89) return std::numeric_limits<float>::infinity();
  if (x < -105) return 0;  // below 2^-150
  float result = 0;
  if (rounds_safely(detail::exp_approximate(static_cast<double>(x)), 0x1p-48, result)) return result;
  return round_to_float(detail::exp_precise({static_cast<double>(x)}));
}

float expm1_float(float x) {
  if (std::isnan(x) || x == 0) return x;
  if (x > 89) return std::numeric_limits<float>::infinity();
  if (x < -40) return -1;  // e^-40 < 2^-57
  float result = 0;
  if (rounds_safely(detail::expm1_approximate(static_cast<double>(x)), 0x1p-47, result)) return result;
  return round_to_float(detail::expm1_precise({static_cast<double>(x)}));
}

// (e^2x - 1) / (e^2x + 1)
float tanh_float(float x) {
  if (std::isnan(x) || x == 0) return x;
  if (std::fabs(x) > 20) return x < 0 ? -1.0f : 1.0f;  // 1 - tanh 20 < 2^-56
  const double twice = 2 * static_cast<double>(x);
  const double above = detail::expm1_approximate(twice);
  float result = 0;
  if (rounds_safely(above / (above + 2), 0x1p-46, result)) return result;
  const DoubleDouble precise = detail::expm1_precise({twice});
  return round_to_float(precise / (precise + DoubleDouble{2}));
}

double exp_double(double x) {
  const DoubleDouble precise = detail::exp_precise({x});
  return precise.high + precise.low;
}

}  // namespace atl::numerics
