#include <array>
#include <cmath>
#include <limits>

#include "common/numerics/elementary.h"
#include "common/numerics/elementary_detail.h"

namespace atl::numerics {
namespace {

// The bits of 2 / pi behind the binary point.
constexpr std::array<uint64_t, 6> kTwoOverPi = {0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041,
                                                0xfe5163abdebbc561, 0xb7246e3a424dd2e0, 0x06492eea09d1921c};
constexpr DoubleDouble kHalfPi = {0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54};

// 64 bits of 2 / pi, the first of them worth 2^-first; bits before the point are 0.
uint64_t two_over_pi_bits(int first) {
  const int offset = first - 1 + 64;  // in the table with a word of zeros in front
  const auto word = [](int i) { return i == 0 ? 0 : kTwoOverPi[static_cast<size_t>(i - 1)]; };
  const int at = offset / 64, shift = offset % 64;
  return shift == 0 ? word(at) : (word(at) << shift) | (word(at + 1) >> (64 - shift));
}

// x = (quadrant + 4 n) pi / 2 + rest, |rest| <= pi / 4, to more than 90 bits of the rest.
struct Reduced {
  int quadrant;
  DoubleDouble rest;
};

// Three words, the most significant first.
using Wide = std::array<uint64_t, 3>;

Wide negated(Wide x) {
  x = {~x[0], ~x[1], ~x[2]};
  if (++x[2] == 0 && ++x[1] == 0) ++x[0];
  return x;
}

Wide shifted_left(const Wide& x, int count) {
  if (count == 0) return x;
  return {(x[0] << count) | (x[1] >> (64 - count)), (x[1] << count) | (x[2] >> (64 - count)), x[2] << count};
}

// The value of a fraction of 192 bits, which is below 1.
DoubleDouble to_double_double(Wide fraction) {
  int exponent = 0;
  while (exponent < 128 && fraction[0] == 0) fraction = {fraction[1], fraction[2], 0}, exponent += 64;
  if (fraction[0] == 0) return {};
  const int zeros = std::countl_zero(fraction[0]);
  fraction = shifted_left(fraction, zeros);
  exponent += zeros;
  const auto first = static_cast<double>(fraction[0] >> 11);  // 53 bits
  const auto second = static_cast<double>(((fraction[0] << 42) | (fraction[1] >> 22)) & (~uint64_t{0} >> 11));
  return detail::ordered_sum(first * detail::power_of_two(-53 - exponent),
                             second * detail::power_of_two(-106 - exponent));
}

// M. Payne and R. Hanek, "Radian reduction for trigonometric functions", 1983: x * 2 / pi modulo 4 out of the bits of
// 2 / pi that matter for it. |x| >= 2^-2, finite.
Reduced reduce(float x) {
  const uint32_t bits = std::bit_cast<uint32_t>(std::fabs(x));
  const int exponent = static_cast<int>(bits >> 23) - 150;  // |x| = significand * 2^exponent
  const uint64_t significand = (bits & 0x7FFFFF) | 0x800000;
  // The product with the bits from 2^(2 - exponent - 1) down, modulo 4: 2 bits before the point and 190 behind it.
  const int first = exponent - 1;
  Wide product{};
  uint64_t carry = 0;
  for (int i = 2; i >= 0; --i) {
    const auto wide = static_cast<unsigned __int128>(two_over_pi_bits(first + 64 * i)) * significand + carry;
    product[static_cast<size_t>(i)] = static_cast<uint64_t>(wide);
    carry = static_cast<uint64_t>(wide >> 64);
  }
  int quadrant = static_cast<int>(product[0] >> 62);
  Wide fraction = shifted_left(product, 2);
  const bool beyond_half = fraction[0] >> 63;
  if (beyond_half) {
    fraction = negated(fraction);
    ++quadrant;
  }
  DoubleDouble rest = to_double_double(fraction) * kHalfPi;
  if (beyond_half) rest = -rest;
  if (x < 0) return {-quadrant & 3, -rest};
  return {quadrant & 3, rest};
}

// Taylor series; |x| <= pi / 4.
double sin_approximate(double x) {
  const double square = x * x;
  double series = 1;
  for (int n = 19; n >= 5; n -= 2) series = 1 - series * square * (1.0 / (n * (n - 1)));
  return x - x * square * (1.0 / 6) * series;
}
double cos_approximate(double x) {
  const double square = x * x;
  double series = 1;
  for (int n = 20; n >= 2; n -= 2) series = 1 - series * square * (1.0 / (n * (n - 1)));
  return series;
}
DoubleDouble taylor_precise(DoubleDouble x, int last) {
  const DoubleDouble square = x * x;
  DoubleDouble series{1};
  for (int n = last; n >= 2; n -= 2) {
    series = DoubleDouble{1} - series * square / DoubleDouble{static_cast<double>(n * (n - 1))};
  }
  return series;
}
DoubleDouble sin_precise(DoubleDouble x) { return x * taylor_precise(x, 29); }
DoubleDouble cos_precise(DoubleDouble x) { return taylor_precise(x, 30); }

// sin(rest + quadrant pi / 2)
float sin_of(const Reduced& reduced) {
  const bool is_cosine = reduced.quadrant & 1, is_negative = reduced.quadrant & 2;
  const double approximate = is_cosine ? cos_approximate(reduced.rest.high) : sin_approximate(reduced.rest.high);
  float result = 0;
  if (!detail::rounds_safely(approximate, 0x1p-48, result)) {
    result = round_to_float(is_cosine ? cos_precise(reduced.rest) : sin_precise(reduced.rest));
  }
  return is_negative ? -result : result;
}

Reduced reduced_of(float x) { return std::fabs(x) < 0.25f ? Reduced{0, {static_cast<double>(x)}} : reduce(x); }

}  // namespace

float sin_float(float x) {
  if (!std::isfinite(x)) return std::numeric_limits<float>::quiet_NaN();
  return x == 0 ? x : sin_of(reduced_of(x));
}

float cos_float(float x) {
  if (!std::isfinite(x)) return std::numeric_limits<float>::quiet_NaN();
  Reduced reduced = reduced_of(x);
  reduced.quadrant = (reduced.quadrant + 1) & 3;
  return sin_of(reduced);
}

}  // namespace atl::numerics
