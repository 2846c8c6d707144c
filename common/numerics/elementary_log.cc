#include <cmath>
#include <limits>

#include "common/numerics/elementary.h"
#include "common/numerics/elementary_detail.h"

namespace atl::numerics {
namespace detail {
namespace {

constexpr DoubleDouble kLn2 = {0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};

// x = significand * 2^exponent, the significand in [sqrt(1/2), sqrt(2)). x is positive and normal.
struct Split {
  double significand;
  int exponent;
};
Split split(double x) {
  const uint64_t bits = std::bit_cast<uint64_t>(x);
  int exponent = static_cast<int>(bits >> 52) - 1023;
  double significand = std::bit_cast<double>((bits & 0xFFFFFFFFFFFFFull) | 0x3FF0000000000000ull);  // in [1, 2)
  if (significand > 0x1.6a09e667f3bcdp+0) {
    significand *= 0.5;
    ++exponent;
  }
  return {significand, exponent};
}

// ln s = 2 (t + t^3/3 + t^5/5 + ...), t = (s - 1) / (s + 1), |t| < 0.172.
double log_of_significand(double s) {
  const double t = (s - 1) / (s + 1), square = t * t;
  double series = 0;
  for (int n = 25; n >= 3; n -= 2) series = (series + 1.0 / n) * square;
  return 2 * t + 2 * t * series;
}

}  // namespace

double log_approximate(double x) {
  const Split parts = split(x);
  return parts.exponent * kLn2.high + log_of_significand(parts.significand);
}

// ln s = y + ln(1 + t) with y from above and t = s e^-y - 1 = (s - 1) + s (e^-y - 1), |t| < 2^-45.
DoubleDouble log_precise(double x) {
  const Split parts = split(x);
  const DoubleDouble exponent_part = DoubleDouble{static_cast<double>(parts.exponent)} * kLn2;
  if (parts.significand == 1) return exponent_part;
  const DoubleDouble y{log_of_significand(parts.significand)};
  const DoubleDouble t = DoubleDouble{parts.significand - 1} + DoubleDouble{parts.significand} * expm1_precise(-y);
  const DoubleDouble log_significand = y + (t - t * t * DoubleDouble{0.5});
  return exponent_part + log_significand;
}

}  // namespace detail

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

bool is_integer(float x) { return std::floor(x) == x; }
bool is_odd_integer(float x) { return is_integer(x) && !is_integer(x / 2); }

// |x|^y for finite |x| other than 0 and 1, and finite y other than 0.
float pow_of_magnitude(float magnitude, float y) {
  const auto base = static_cast<double>(magnitude), exponent = static_cast<double>(y);
  const double approximate_log = exponent * detail::log_approximate(base);
  if (approximate_log > 90) return kInfinity;
  if (approximate_log < -105) return 0;
  float result = 0;
  // The logarithm's relative error counts up to 105 times.
  if (detail::rounds_safely(detail::exp_approximate(approximate_log), 0x1p-39, result)) return result;
  const DoubleDouble precise = detail::exp_precise(DoubleDouble{exponent} * detail::log_precise(base));
  // To 25 bits: what is exact in float32, or the middle of two.
  constexpr uint64_t dropped_bits = uint64_t{1} << 28;
  const uint64_t bits = std::bit_cast<uint64_t>(precise.high) + dropped_bits / 2;
  const double candidate = std::bit_cast<double>(bits & ~(dropped_bits - 1));
  const double distance = (precise.high - candidate) + precise.low;
  if (std::fabs(distance) < candidate * 0x1p-75) return static_cast<float>(candidate);
  return round_to_float(precise);
}

// x^y where x is 0 or infinite, y neither 0 nor NaN.
float pow_of_extreme(float x, float y) {
  const bool large = (x != 0) == (y > 0);
  const float magnitude = large ? kInfinity : 0.0f;
  return std::signbit(x) && is_odd_integer(y) ? -magnitude : magnitude;
}

}  // namespace

float log_float(float x) {
  if (std::isnan(x) || x < 0) return kNaN;
  if (x == 0) return -kInfinity;
  if (x == 1) return 0;
  if (std::isinf(x)) return x;
  float result = 0;
  if (detail::rounds_safely(detail::log_approximate(static_cast<double>(x)), 0x1p-45, result)) return result;
  return round_to_float(detail::log_precise(static_cast<double>(x)));
}

float pow_float(float x, float y) {
  if (y == 0 || x == 1) return 1;
  if (std::isnan(x) || std::isnan(y)) return kNaN;
  if (std::isinf(y)) {
    const float magnitude = std::fabs(x);
    if (magnitude == 1) return 1;
    return (magnitude > 1) == (y > 0) ? kInfinity : 0.0f;
  }
  if (x == 0 || std::isinf(x)) return pow_of_extreme(x, y);
  if (x < 0 && !is_integer(y)) return kNaN;
  const float magnitude = x == -1 ? 1.0f : pow_of_magnitude(std::fabs(x), y);
  return x < 0 && is_odd_integer(y) ? -magnitude : magnitude;
}

}  // namespace atl::numerics
