// Operators of two integer operands, with broadcasting. Results wrap.
#include <cmath>
#include <string>

#include "common/kernels/interface/elementwise.h"
#include "common/kernels/interface/fused_activation.h"
#include "common/kernels/plain/kernels.h"
#include "common/kernels/plain/types.h"

namespace atl::kernels::plain {
namespace {

// function.template operator()<T>(a, b)
template <typename Function>
Result<PreparedKernel> make(const OpContext& context, Function function) {
  return with_integer(context.output(0).type, [&]<typename Tag>(Tag) -> PreparedKernel {
    using T = typename Tag::Type;
    return make_binary<T, T, T>(context, [function](T a, T b) { return function(a, b); });
  });
}

// The bounds are small whole numbers; as unsigned ones, a bound of -1 is the largest number (so that RELU_N1_TO_1 gives
// 1 for everything: the reference's result too).
template <typename T>
T clamp(T x, const numerics::ActivationBounds& bounds) {
  const auto as_integer = [](float bound) { return static_cast<T>(static_cast<int64_t>(bound)); };
  if (bounds.low && x < as_integer(*bounds.low)) x = as_integer(*bounds.low);
  if (bounds.high && x > as_integer(*bounds.high)) x = as_integer(*bounds.high);
  return x;
}

template <typename Function>
Result<PreparedKernel> make_clamped(const OpContext& context, graph::Activation activation, Function function) {
  ATOLL_ASSIGN(const numerics::ActivationBounds bounds, fused_bounds(context, activation));
  return make(context, [function, bounds](auto a, auto b) { return clamp(function(a, b), bounds); });
}

template <typename T>
Status check_divisors(std::span<const T> divisors, const std::string& label) {
  for (const T divisor : divisors) {
    if (divisor == 0) return make_error(ErrorCode::kInvalid, "{}: division by zero", label);
  }
  return {};
}

// A function of a dividend and a divisor that is not 0.
template <typename T, typename Function>
struct Checked {
  Function function;
  std::string label;

  Status check(std::span<const T>, std::span<const T> divisors) const { return check_divisors(divisors, label); }
  T operator()(T a, T b) const { return function(a, b); }
};

template <typename Function>
Result<PreparedKernel> make_checked(const OpContext& context, Function function) {
  return with_integer(context.output(0).type, [&]<typename Tag>(Tag) -> PreparedKernel {
    using T = typename Tag::Type;
    return make_binary<T, T, T>(context, Checked<T, Function>{function, context.label()});
  });
}

template <typename T>
T floor_divide(T a, T b) {
  const T quotient = wrapping_divide(a, b), rest = remainder(a, b);
  return static_cast<T>(quotient - (rest != 0 && (rest < 0) != (b < 0) ? 1 : 0));
}

template <typename T>
T floor_modulo(T a, T b) {
  const T rest = remainder(a, b);
  return rest != 0 && (rest < 0) != (b < 0) ? static_cast<T>(rest + b) : rest;
}

// POW on int32. With one exponent for all, unless both operands have one shape, the reference multiplies, and the
// product wraps; otherwise it goes through double, and what does not fit becomes the smallest int32.
struct Pow {
  bool wraps;
  std::string label;

  Status check(std::span<const int32_t>, std::span<const int32_t> exponents) const {
    for (const int32_t exponent : exponents) {
      if (exponent < 0) return make_error(ErrorCode::kInvalid, "{}: the exponent {} is negative", label, exponent);
    }
    return {};
  }

  int32_t operator()(int32_t base, int32_t exponent) const {
    int64_t exact = 1;
    int32_t wrapped = 1;
    bool fits = true;
    int64_t square = base;
    int32_t wrapped_square = base;
    bool square_fits = true;
    for (auto rest = static_cast<uint32_t>(exponent); rest != 0; rest >>= 1) {
      if (rest & 1) {
        wrapped = wrapping_multiply(wrapped, wrapped_square);
        fits = fits && (square_fits || exact == 0);
        exact = fits ? exact * square : exact;
        fits = fits && exact == static_cast<int32_t>(exact);
      }
      wrapped_square = wrapping_multiply(wrapped_square, wrapped_square);
      if (square_fits) {
        square *= square;
        square_fits = square <= int64_t{1} << 31;
      }
    }
    return wraps || fits ? wrapped : std::numeric_limits<int32_t>::min();
  }
};

}  // namespace

Result<PreparedKernel> prepare_add(const OpContext& context) {
  return make_clamped(context, context.attrs<graph::AddAttrs>().activation,
                      [](auto a, auto b) { return wrapping_add(a, b); });
}
Result<PreparedKernel> prepare_sub(const OpContext& context) {
  return make_clamped(context, context.attrs<graph::AddAttrs>().activation,
                      [](auto a, auto b) { return wrapping_subtract(a, b); });
}
Result<PreparedKernel> prepare_mul(const OpContext& context) {
  return make_clamped(context, context.attrs<graph::ActivationAttrs>().activation,
                      [](auto a, auto b) { return wrapping_multiply(a, b); });
}
Result<PreparedKernel> prepare_div(const OpContext& context) {
  ATOLL_ASSIGN(const auto bounds, fused_bounds(context, context.attrs<graph::ActivationAttrs>().activation));
  return make_checked(context, [bounds](auto a, auto b) { return clamp(wrapping_divide(a, b), bounds); });
}
Result<PreparedKernel> prepare_squared_difference(const OpContext& context) {
  return make(context, [](auto a, auto b) {
    const auto difference = wrapping_subtract(a, b);
    return wrapping_multiply(difference, difference);
  });
}
Result<PreparedKernel> prepare_maximum(const OpContext& context) {
  return make(context, [](auto a, auto b) { return a > b ? a : b; });
}
Result<PreparedKernel> prepare_minimum(const OpContext& context) {
  return make(context, [](auto a, auto b) { return a < b ? a : b; });
}
Result<PreparedKernel> prepare_floor_div(const OpContext& context) {
  return make_checked(context, [](auto a, auto b) { return floor_divide(a, b); });
}
Result<PreparedKernel> prepare_floor_mod(const OpContext& context) {
  return make_checked(context, [](auto a, auto b) { return floor_modulo(a, b); });
}
Result<PreparedKernel> prepare_pow(const OpContext& context) {
  const bool wraps =
      graph::num_elements(context.input(1).shape) == 1 && context.input(0).shape != context.input(1).shape;
  return make_binary<int32_t, int32_t, int32_t>(context, Pow{wraps, context.label()});
}

}  // namespace atl::kernels::plain
