// Operators of one float32 operand, element by element.
#include <cmath>

#include "common/kernels/f32/elementwise.h"
#include "common/kernels/interface/elementwise.h"
#include "common/numerics/activation_functions.h"
#include "common/numerics/elementary.h"
#include "common/numerics/fake_quant.h"

namespace atl::kernels::f32 {
namespace {

template <typename Function>
Result<PreparedKernel> make(Function function) {
  return make_unary<float, float>(std::move(function));
}

// NaN passes, and infinities do where there is no bound.
float clamp(float x, float low, float high) { return x > high ? high : (x < low ? low : x); }

// To nearest, ties to even; -0.5 and 0 from below give 0, not -0.
float round_to_even(float x) {
  const float below = std::floor(x), fraction = x - below;
  const bool down = fraction < 0.5f || (fraction == 0.5f && std::fmod(below, 2.0f) == 0);
  return down ? below : below + 1;
}

float sign(float x) { return std::isnan(x) ? x : static_cast<float>((x > 0) - (x < 0)); }

// The reference computes GELU by vectors of 4, and what doesn't fill one element by element with another exp.
class Gelu final : public Kernel {
 public:
  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::span<const float> input = inputs[0].as<float>();
    const std::span<float> output = outputs[0].as<float>();
    const size_t in_vectors = output.size() / 4 * 4;
    for (size_t i = 0; i < in_vectors; ++i) output[i] = numerics::gelu_float(input[i]);
    for (size_t i = in_vectors; i < output.size(); ++i) output[i] = numerics::gelu_float_alone(input[i]);
    return {};
  }
};

}  // namespace

Result<PreparedKernel> prepare_abs(const OpContext&) {
  return make([](float x) { return std::fabs(x); });
}
Result<PreparedKernel> prepare_neg(const OpContext&) {
  return make([](float x) { return -x; });
}
Result<PreparedKernel> prepare_sign(const OpContext&) { return make(sign); }
Result<PreparedKernel> prepare_fake_quant(const OpContext& context) {
  const auto& attrs = context.attrs<graph::FakeQuantAttrs>();
  return make([range = numerics::nudge(attrs.min, attrs.max, attrs.num_bits, attrs.narrow_range)](float x) {
    return numerics::fake_quantize(x, range);
  });
}
Result<PreparedKernel> prepare_floor(const OpContext&) {
  return make([](float x) { return std::floor(x); });
}
Result<PreparedKernel> prepare_ceil(const OpContext&) {
  return make([](float x) { return std::ceil(x); });
}
Result<PreparedKernel> prepare_round(const OpContext&) { return make(round_to_even); }
Result<PreparedKernel> prepare_square(const OpContext&) {
  return make([](float x) { return x * x; });
}
Result<PreparedKernel> prepare_sqrt(const OpContext&) {
  return make([](float x) { return std::sqrt(x); });
}
Result<PreparedKernel> prepare_rsqrt(const OpContext&) {
  return make([](float x) { return 1.0f / std::sqrt(x); });
}
Result<PreparedKernel> prepare_exp(const OpContext&) { return make(numerics::exp_float); }
Result<PreparedKernel> prepare_log(const OpContext&) { return make(numerics::log_float); }
Result<PreparedKernel> prepare_sin(const OpContext&) { return make(numerics::sin_float); }
Result<PreparedKernel> prepare_cos(const OpContext&) { return make(numerics::cos_float); }

Result<PreparedKernel> prepare_relu(const OpContext&) {
  return make([](float x) { return x < 0 ? 0.0f : x; });
}
Result<PreparedKernel> prepare_relu6(const OpContext&) {
  return make([](float x) { return clamp(x, 0, 6); });
}
Result<PreparedKernel> prepare_relu_n1_to_1(const OpContext&) {
  return make([](float x) { return clamp(x, -1, 1); });
}
Result<PreparedKernel> prepare_relu_0_to_1(const OpContext&) {
  return make([](float x) { return clamp(x, 0, 1); });
}
Result<PreparedKernel> prepare_leaky_relu(const OpContext& context) {
  return make([alpha = context.attrs<graph::LeakyReluAttrs>().alpha](float x) { return x > 0 ? x : x * alpha; });
}
Result<PreparedKernel> prepare_elu(const OpContext&) { return make(numerics::elu_float); }
Result<PreparedKernel> prepare_gelu(const OpContext& context) {
  if (context.attrs<graph::GeluAttrs>().approximate) return make(numerics::gelu_approximate_float);
  return PreparedKernel(std::make_unique<Gelu>());
}
Result<PreparedKernel> prepare_hard_swish(const OpContext&) {
  return make([](float x) { return x * clamp(x + 3, 0, 6) / 6; });
}
Result<PreparedKernel> prepare_logistic(const OpContext&) { return make(numerics::logistic_float); }
Result<PreparedKernel> prepare_tanh(const OpContext&) { return make(numerics::tanh_float); }

}  // namespace atl::kernels::f32
