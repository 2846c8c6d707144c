// Reductions of quantized integers. acc = sum of x - zx * n over the n reduced elements (int32).
//   MEAN         y = M(acc) + zo. The division by n is folded into the multiplier of sx / so: with
//                k = min(floor(log2 n), 32, 31 + exponent), its value becomes floor(value * 2^k / n), its exponent less
//                by k.
//   SUM          y = M(acc) + zo with the multiplier of sx / so.
//   REDUCE_PROD  p = x - zx of the first element, then p = M64(p * (x - zx)) for each other one; y = M64(p) + zo. The
//                multiplier is sx / so^(1/n), once an element.
// Of no elements at all the output is 0, which is the reference's, and not the zero point.
#include <algorithm>
#include <bit>
#include <cmath>

#include "common/kernels/int/quantized.h"
#include "common/kernels/int/reduce_kernels.h"
#include "common/kernels/interface/number_types.h"
#include "common/kernels/interface/reduce_kernel.h"

namespace atl::kernels::integer {
namespace {

numerics::Multiplier divided_by(numerics::Multiplier m, int64_t n) {
  const int log2 = 63 - std::countl_zero(static_cast<uint64_t>(n));
  const int k = std::min({log2, 32, 31 + m.exponent});
  return {static_cast<int32_t>((int64_t{m.value} << k) / n), m.exponent - k};
}

template <typename T, bool kMean>
struct ScaledSum {
  using Input = T;
  using Sum = int32_t;
  using Output = T;
  QuantParams in, out;
  numerics::Multiplier multiplier{};
  int32_t offset = 0;

  void settle(int64_t count) {
    const auto scale = numerics::quantize_multiplier(static_cast<double>(in.scale) / static_cast<double>(out.scale));
    multiplier = kMean ? divided_by(scale, std::max<int64_t>(count, 1)) : scale;
    offset = static_cast<int32_t>(in.zero_point * count);
  }
  static Sum start() { return 0; }
  static Sum take(Sum sum, T x) { return sum + x; }
  T finish(Sum sum) const {
    const int32_t y = numerics::multiply_by_quantized_multiplier(sum - offset, multiplier) + out.zero_point;
    return static_cast<T>(numerics::full_range<T>().clamp(y));
  }
  static T empty() { return 0; }
};

template <typename T>
struct ScaledProduct {
  // Nothing yet, or the product so far.
  struct Product {
    int32_t value = 0;
    bool begun = false;
  };
  using Input = T;
  using Sum = Product;
  using Output = T;
  QuantParams in, out;
  numerics::Multiplier multiplier{};

  void settle(int64_t count) {
    const double root =
        std::pow(static_cast<double>(out.scale), 1.0 / static_cast<double>(std::max<int64_t>(count, 1)));
    multiplier = numerics::quantize_multiplier(static_cast<double>(in.scale) / root);
  }
  static Product start() { return {}; }
  Product take(Product product, T x) const {
    const int32_t centred = x - in.zero_point;
    if (!product.begun) return {centred, true};
    return {numerics::multiply_by_quantized_multiplier_64(int64_t{product.value} * centred, multiplier), true};
  }
  T finish(Product product) const {
    const int32_t y = numerics::multiply_by_quantized_multiplier_64(product.value, multiplier) + out.zero_point;
    return static_cast<T>(numerics::full_range<T>().clamp(y));
  }
  static T empty() { return 0; }
};

// Without scales: the product as it is, which wraps.
template <typename T>
struct PlainProduct {
  using Input = T;
  using Sum = T;
  using Output = T;
  static T start() { return 1; }
  static T take(T product, T x) { return wrapping_multiply(product, x); }
  static T finish(T product) { return product; }
  static T empty() { return 1; }
};

template <template <typename> typename Function>
Result<PreparedKernel> prepare_scaled(const OpContext& context) {
  ATOLL_ASSIGN(const QuantParams in, input_quant(context, 0));
  ATOLL_ASSIGN(const QuantParams out, output_quant(context));
  switch (context.output(0).type) {
    case graph::DType::kInt8: return make_reduction(context, Function<int8_t>{{in, out}});
    case graph::DType::kUint8: return make_reduction(context, Function<uint8_t>{{in, out}});
    default: return make_reduction(context, Function<int16_t>{{in, out}});
  }
}

template <typename T>
struct MeanOf : ScaledSum<T, true> {};
template <typename T>
struct SumOf : ScaledSum<T, false> {};
template <typename T>
struct ProductOf : ScaledProduct<T> {};

}  // namespace

Result<PreparedKernel> prepare_mean(const OpContext& context) { return prepare_scaled<MeanOf>(context); }

Result<PreparedKernel> prepare_sum(const OpContext& context) { return prepare_scaled<SumOf>(context); }

Result<PreparedKernel> prepare_product(const OpContext& context) {
  if (context.input(0).quant.present()) return prepare_scaled<ProductOf>(context);
  if (context.output(0).type == graph::DType::kInt8) return make_reduction(context, PlainProduct<int8_t>());
  return make_reduction(context, PlainProduct<int16_t>());
}

}  // namespace atl::kernels::integer
