// Reductions of numbers as they are: MEAN, SUM, REDUCE_PROD, REDUCE_MAX, REDUCE_MIN, REDUCE_ANY, REDUCE_ALL.
//
// Elements are taken in their order, sums and products wrap, integer means are truncated towards zero. A reduction over
// all axes starts with the first element and not with the neutral one, which tells where that is NaN or -0.
#include <limits>

#include "common/kernels/interface/number_types.h"
#include "common/kernels/interface/reduce_kernel.h"
#include "common/kernels/plain/reduce_kernels.h"

namespace atl::kernels::plain {
namespace {

template <typename T>
struct Plain {
  using Input = T;
  using Sum = T;
  using Output = T;
  static T first(T x) { return x; }
  static T finish(T sum) { return sum; }
};

template <typename T>
struct Add : Plain<T> {
  static T start() { return 0; }
  static T empty() { return 0; }
  static T take(T sum, T x) { return wrapping_add(sum, x); }
};

template <typename T>
struct Multiply : Plain<T> {
  static T start() { return 1; }
  static T empty() { return 1; }
  static T take(T product, T x) { return wrapping_multiply(product, x); }
};

template <typename T>
struct Maximum : Plain<T> {
  static T start() { return std::numeric_limits<T>::lowest(); }
  static T empty() { return start(); }
  static T take(T largest, T x) { return x > largest ? x : largest; }
};

template <typename T>
struct Minimum : Plain<T> {
  static T start() { return std::numeric_limits<T>::max(); }
  static T empty() { return start(); }
  static T take(T smallest, T x) { return x < smallest ? x : smallest; }
};

// bool, a byte that is 0 or not.
struct Any : Plain<uint8_t> {
  static uint8_t start() { return 0; }
  static uint8_t empty() { return 0; }
  static uint8_t first(uint8_t x) { return x != 0 ? 1 : 0; }
  static uint8_t take(uint8_t any, uint8_t x) { return any != 0 || x != 0 ? 1 : 0; }
};

struct All : Plain<uint8_t> {
  static uint8_t start() { return 1; }
  static uint8_t empty() { return 1; }
  static uint8_t first(uint8_t x) { return x != 0 ? 1 : 0; }
  static uint8_t take(uint8_t all, uint8_t x) { return all != 0 && x != 0 ? 1 : 0; }
};

// float32 sums in float32, integers in 64 bits. Of no elements: NaN, or 0.
template <typename T>
struct Mean {
  using Input = T;
  using Sum = std::conditional_t<std::is_integral_v<T>, int64_t, T>;
  using Output = T;
  Sum count = 1;

  void settle(int64_t elements) { count = static_cast<Sum>(elements); }
  static Sum start() { return 0; }
  static Sum take(Sum sum, T x) { return wrapping_add(sum, static_cast<Sum>(x)); }
  T finish(Sum sum) const { return static_cast<T>(sum / count); }
  static T empty() { return std::numeric_limits<T>::quiet_NaN(); }
};

// Integers with a scale keep it: the reference compares, and does not rescale.
Status require_equal_scales(const OpContext& context) {
  const graph::Quantization &in = context.input(0).quant, &out = context.output(0).quant;
  if (!graph::is_quantized_activation(context.input(0).type)) return {};
  if (in.scale == out.scale && (in.scale.empty() || in.zero_point == out.zero_point)) return {};
  return context.error(ErrorCode::kUnsupported,
                       "its input and output must have one scale and zero point; requantize with a QUANTIZE operator");
}

template <template <typename> typename Function>
Result<PreparedKernel> prepare_numbers(const OpContext& context) {
  ATOLL_TRY(require_equal_scales(context));
  return with_number_type(context.input(0).type, [&]<typename T>(T) { return make_reduction(context, Function<T>()); });
}

}  // namespace

Result<PreparedKernel> prepare_sum(const OpContext& context) { return prepare_numbers<Add>(context); }

Result<PreparedKernel> prepare_product(const OpContext& context) { return prepare_numbers<Multiply>(context); }

Result<PreparedKernel> prepare_maximum_of(const OpContext& context) { return prepare_numbers<Maximum>(context); }

Result<PreparedKernel> prepare_minimum_of(const OpContext& context) { return prepare_numbers<Minimum>(context); }

Result<PreparedKernel> prepare_mean(const OpContext& context) {
  switch (context.input(0).type) {
    case graph::DType::kFloat32: return make_reduction(context, Mean<float>());
    case graph::DType::kInt64: return make_reduction(context, Mean<int64_t>());
    default: return make_reduction(context, Mean<int32_t>());
  }
}

Result<PreparedKernel> prepare_any(const OpContext& context) { return make_reduction(context, Any()); }

Result<PreparedKernel> prepare_all(const OpContext& context) { return make_reduction(context, All()); }

}  // namespace atl::kernels::plain
