#include <cmath>

#include "common/numerics/elementary.h"
#include "common/numerics/elementary_detail.h"

namespace atl::numerics {
namespace {

constexpr DoubleDouble kTwoOverSqrtPi = {0x1.20dd750429b6dp+0, 0x1.1ae3a914fed80p-56};

double leading(double x) { return x; }
double leading(DoubleDouble x) { return x.high; }

// sqrt(pi) / 2 e^(x^2) erf x = x (1 + 2x^2/3 + (2x^2)^2/(3 5) + ...), x > 0, until a term is below this share of the
// sum. All terms are positive.
template <typename Number>
Number erf_series(Number x, double share) {
  const Number twice_square = Number{2} * x * x;
  Number term = x, sum = x;
  for (int n = 3; leading(term) > leading(sum) * share; n += 2) {
    term = term * twice_square / Number{static_cast<double>(n)};
    sum = sum + term;
  }
  return sum;
}

// sqrt(pi) e^(x^2) erfc x = 1/(x + (1/2)/(x + (2/2)/(x + (3/2)/(x + ...)))): Laplace's continued fraction.
template <typename Number>
Number erfc_fraction(Number x, int terms) {
  Number fraction = x;
  for (int n = terms; n >= 1; --n) fraction = x + Number{0.5 * n} / fraction;
  return Number{1} / fraction;
}

// Relative error below 2^-41.
double erfc_approximate(double x) {
  constexpr double series_end = 2;
  const double magnitude = std::fabs(x);
  const double gauss = kTwoOverSqrtPi.high * detail::exp_approximate(-(magnitude * magnitude));
  if (magnitude < series_end) {
    const double erf = gauss * erf_series(magnitude, 0x1p-54);
    return x < 0 ? 1 + erf : 1 - erf;
  }
  const double tail = 0.5 * gauss * erfc_fraction(magnitude, 100);
  return x < 0 ? 2 - tail : tail;
}

// Relative error below 2^-70.
DoubleDouble erfc_precise(double x) {
  constexpr double series_end = 3;
  const DoubleDouble magnitude{std::fabs(x)};
  const DoubleDouble gauss = kTwoOverSqrtPi * detail::exp_precise(-(magnitude * magnitude));
  if (magnitude.high < series_end) {
    const DoubleDouble erf = gauss * erf_series(magnitude, 0x1p-110);
    return x < 0 ? DoubleDouble{1} + erf : DoubleDouble{1} - erf;
  }
  const DoubleDouble tail = DoubleDouble{0.5} * gauss * erfc_fraction(magnitude, 160);
  return x < 0 ? DoubleDouble{2} - tail : tail;
}

}  // namespace

float erfc_float(float x) {
  if (std::isnan(x)) return x;
  if (x > 10.5f) return 0;  // below 2^-150
  if (x < -6) return 2;
  if (std::fabs(x) < 0x1p-40f) return 1;
  float result = 0;
  if (detail::rounds_safely(erfc_approximate(static_cast<double>(x)), 0x1p-40, result)) return result;
  return round_to_float(erfc_precise(static_cast<double>(x)));
}

}  // namespace atl::numerics
