// Operators of two float32 operands, with broadcasting.
#include <cmath>
#include <string>

#include "common/kernels/f32/elementwise.h"
#include "common/kernels/interface/elementwise.h"
#include "common/kernels/interface/float_range.h"
#include "common/numerics/elementary.h"

namespace atl::kernels::f32 {
namespace {

template <typename Function>
PreparedKernel make(const OpContext& context, Function function) {
  return make_binary<float, float, float>(context, std::move(function));
}

template <typename Attrs, typename Function>
Result<PreparedKernel> make_clamped(const OpContext& context, Function function) {
  ATOLL_ASSIGN(const FloatRange range, float_range(context, context.attrs<Attrs>().activation));
  return make(context, [range, function](float a, float b) { return range.clamp(function(a, b)); });
}

// The quotient rounded down; of doubles, as the reference has it.
struct FloorDiv {
  std::string label;

  Status check(std::span<const float>, std::span<const float> divisors) const {
    for (const float divisor : divisors) {
      if (divisor == 0) return make_error(ErrorCode::kInvalid, "{}: division by zero", label);
    }
    return {};
  }
  float operator()(float a, float b) const {
    return static_cast<float>(std::floor(static_cast<double>(a) / static_cast<double>(b)));
  }
};

// The remainder with the divisor's sign; fmod is exact.
float floor_mod(float a, float b) {
  const float remainder = std::fmod(a, b);
  return remainder != 0 && (b < 0) != (remainder < 0) ? remainder + b : remainder;
}

// A power with one whole positive exponent for all, to within 1e-5, is a chain of float32 products in the reference,
// unless both operands have one shape; infinite products become the largest float32.
class Pow final : public Kernel {
 public:
  explicit Pow(const OpContext& context)
      : general_(make(context, numerics::pow_float)),
        one_exponent_(graph::num_elements(context.input(1).shape) == 1 &&
                      context.input(0).shape != context.input(1).shape) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    if (one_exponent_) {
      const float exponent = inputs[1].as<float>()[0];
      const float whole = std::round(exponent);
      if (whole >= 1 && whole < 0x1p31f && std::fabs(exponent - whole) < 1e-5f) {
        chain(inputs[0].as<float>(), static_cast<int32_t>(whole), outputs[0].as<float>());
        return {};
      }
    }
    return general_->run(inputs, outputs);
  }

 private:
  static void chain(std::span<const float> bases, int32_t exponent, std::span<float> powers) {
    for (size_t i = 0; i < bases.size(); ++i) powers[i] = power(bases[i], exponent);
  }
  static float power(float base, int32_t exponent) {
    if (exponent == 1) return base;
    const float half = power(base, exponent / 2);
    const float square = FloatRange().clamp(half * half);
    return exponent % 2 == 1 ? FloatRange().clamp(base * square) : square;
  }

  PreparedKernel general_;
  bool one_exponent_;
};

}  // namespace

Result<PreparedKernel> prepare_add(const OpContext& context) {
  return make_clamped<graph::AddAttrs>(context, [](float a, float b) { return a + b; });
}
Result<PreparedKernel> prepare_sub(const OpContext& context) {
  return make_clamped<graph::AddAttrs>(context, [](float a, float b) { return a - b; });
}
Result<PreparedKernel> prepare_mul(const OpContext& context) {
  return make_clamped<graph::ActivationAttrs>(context, [](float a, float b) { return a * b; });
}
Result<PreparedKernel> prepare_div(const OpContext& context) {
  return make_clamped<graph::ActivationAttrs>(context, [](float a, float b) { return a / b; });
}
Result<PreparedKernel> prepare_squared_difference(const OpContext& context) {
  return make(context, [](float a, float b) { return (a - b) * (a - b); });
}
Result<PreparedKernel> prepare_maximum(const OpContext& context) {
  return make(context, [](float a, float b) { return a > b ? a : b; });
}
Result<PreparedKernel> prepare_minimum(const OpContext& context) {
  return make(context, [](float a, float b) { return a < b ? a : b; });
}
Result<PreparedKernel> prepare_floor_div(const OpContext& context) { return make(context, FloorDiv{context.label()}); }
Result<PreparedKernel> prepare_floor_mod(const OpContext& context) { return make(context, floor_mod); }
Result<PreparedKernel> prepare_pow(const OpContext& context) { return PreparedKernel(std::make_unique<Pow>(context)); }
Result<PreparedKernel> prepare_prelu(const OpContext& context) {
  return make(context, [](float x, float alpha) { return x >= 0 ? x : x * alpha; });
}

}  // namespace atl::kernels::f32
