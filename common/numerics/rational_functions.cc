#include "common/numerics/rational_functions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "common/numerics/elementary.h"
#include "common/numerics/elementary_detail.h"

namespace atl::numerics {
namespace {

// Horner's rule, the highest power first.
float polynomial(float x, std::span<const float> coefficients) {
  float sum = coefficients.front();
  for (const float coefficient : coefficients.subspan(1)) sum = sum * x + coefficient;
  return sum;
}

// 1 + x S(x^2), |x| <= 1
float erfc_near_zero(float x) {
  static constexpr std::array<float, 6> s = {
      5.61802298761904239654541015625e-04f, -4.91381669417023658752441406250e-03f,
      2.67075151205062866210937500000e-02f, -1.12800106406211853027343750000e-01f,
      3.76122951507568359375000000000e-01f, -1.12837910652160644531250000000e+00f};
  return x * polynomial(x * x, s) + 1.0f;
}

// e^(-x^2) P(1/x^2) / (x Q(1/x^2)), and 2 more for negative x; 1 < |x| <= 11
float erfc_far(float x, float (*exp)(float)) {
  static constexpr std::array<float, 4> p = {1.0208116471767425537109375e-01f, 4.2920666933059692382812500e-01f,
                                             3.2379078865051269531250000e-01f, 5.3971976041793823242187500e-02f};
  static constexpr std::array<float, 5> q = {1.7251677811145782470703125e-02f, 3.9137163758277893066406250e-01f, 1.0f,
                                             6.2173241376876831054687500e-01f, 9.5662862062454223632812500e-02f};
  const float square = x * x;
  const double exact_square = static_cast<double>(x) * static_cast<double>(x);
  const auto lost = static_cast<float>(exact_square - static_cast<double>(square));
  const float rough = exp(-square);
  const float gauss = rough - rough * lost;
  const float inverse = 1.0f / square;
  const float quotient = polynomial(inverse, p) / (x * polynomial(inverse, q));
  return gauss * quotient + (x < 0 ? 2.0f : 0.0f);
}

float erfc(float x, float (*exp)(float)) {
  if (std::isnan(x)) return x;
  x = std::clamp(x, -11.0f, 11.0f);
  return x * x > 1.0f ? erfc_far(x, exp) : erfc_near_zero(x);
}

}  // namespace

// x = m ln 2 + r, ln 2 in two parts; a polynomial of degree 6 in r.
float rational_exp(float x) {
  const float m = std::floor(x * 1.44269504088896341f + 0.5f);
  float r = m * -0.693359375f + x;
  r = m * 2.12194440e-4f + r;
  const float square = r * r;
  const float even = square * (square * 1.37449637986719608306884765625e-3f + 4.166965186595916748046875e-2f) +
                     0.49999988079071044921875f;
  const float odd = square * 8.36894474923610687255859375e-3f + 0.16666518151760101318359375f;
  const float above_one = r * odd + even;
  const float power = square * above_one + (r + 1.0f);
  return static_cast<float>(static_cast<double>(power) * detail::power_of_two(static_cast<int>(m)));
}

// (x + x^3 P(x^2)) / Q(x^2); where it reaches 1, it stays.
float rational_tanh(float x) {
  static constexpr std::array<float, 4> p = {1.394553628e-8f, 2.102733560e-5f, 3.520756727e-3f, 1.340216100e-1f};
  static constexpr std::array<float, 5> q = {8.015776984e-7f, 3.326951409e-4f, 2.597254514e-2f, 4.673548340e-1f, 1.0f};
  constexpr float end = 7.90738964080810547f;
  if (std::isnan(x)) return x;
  x = std::clamp(x, -end, end);
  const float square = x * x;
  return (square * x * polynomial(square, p) + x) / polynomial(square, q);
}

float rational_erfc(float x) { return erfc(x, rational_exp); }
float rational_erfc_alone(float x) { return erfc(x, exp_float); }

}  // namespace atl::numerics
