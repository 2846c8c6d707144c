#include "common/numerics/activation_functions.h"

#include "common/numerics/elementary.h"
#include "common/numerics/rational_functions.h"

namespace atl::numerics {
namespace {

constexpr auto kMinusSqrtHalf = static_cast<float>(-0.70710678118654752440);
constexpr auto kSqrtTwoOverPi = static_cast<float>(1.12837916709551257390 * 0.70710678118654752440);

}  // namespace

float logistic_float(float x) {
  if (x > 16.619047164916992188f) return 1;
  if (x < -9.0f) return exp_float(x);
  return 1.0f / (1.0f + exp_float(-x));
}

float elu_float(float x) { return x < 0 ? expm1_float(x) : x; }

float gelu_for_table(float x) { return 0.5f * x * erfc_float(x * kMinusSqrtHalf); }
float gelu_float(float x) { return 0.5f * x * rational_erfc(x * kMinusSqrtHalf); }
float gelu_float_alone(float x) { return 0.5f * x * rational_erfc_alone(x * kMinusSqrtHalf); }

// The two multiply the cube's factors in another order.
float gelu_approximate_for_table(float x) {
  return 0.5f * x * (1.0f + tanh_float(kSqrtTwoOverPi * (x + 0.044715f * x * x * x)));
}
float gelu_approximate_float(float x) {
  return 0.5f * x * (1.0f + rational_tanh(kSqrtTwoOverPi * (x + 0.044715f * (x * x * x))));
}

}  // namespace atl::numerics
