#include "common/numerics/activation_functions.h"

#include "common/numerics/elementary.h"

namespace atl::numerics {

float logistic_float(float x) {
  if (x > 16.619047164916992188f) return 1;
  if (x < -9.0f) return exp_float(x);
  return 1.0f / (1.0f + exp_float(-x));
}

float elu_float(float x) { return x < 0 ? expm1_float(x) : x; }

float gelu_float(float x) {
  constexpr auto minus_sqrt_half = static_cast<float>(-0.70710678118654752440);
  return 0.5f * x * erfc_float(x * minus_sqrt_half);
}

float gelu_approximate_float(float x) {
  constexpr auto sqrt_2_over_pi = static_cast<float>(1.12837916709551257390 * 0.70710678118654752440);
  return 0.5f * x * (1.0f + tanh_float(sqrt_2_over_pi * (x + 0.044715f * x * x * x)));
}

}  // namespace atl::numerics
