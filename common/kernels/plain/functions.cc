// ABS, NEG and SIGN of numbers as they are. The smallest integer has no negative: it stays.
#include <cmath>

#include "common/kernels/interface/elementwise.h"
#include "common/kernels/plain/kernels.h"
#include "common/kernels/plain/types.h"

namespace atl::kernels::plain {

Result<PreparedKernel> prepare_abs(const OpContext&) {
  return make_unary<int32_t, int32_t>([](int32_t x) { return x < 0 ? wrapping_subtract(0, x) : x; });
}

// On 8 and 16 bits the integer too, whatever its zero point.
Result<PreparedKernel> prepare_neg(const OpContext& context) {
  return with_integer(context.output(0).type, [&]<typename Tag>(Tag) -> PreparedKernel {
    using T = typename Tag::Type;
    return make_unary<T, T>([](T x) { return wrapping_subtract(T{0}, x); });
  });
}

Result<PreparedKernel> prepare_sign(const OpContext& context) {
  if (context.output(0).type == graph::DType::kFloat64) {
    return make_unary<double, double>(
        [](double x) { return std::isnan(x) ? x : static_cast<double>((x > 0) - (x < 0)); });
  }
  return make_unary<int32_t, int32_t>([](int32_t x) { return (x > 0) - (x < 0); });
}

}  // namespace atl::kernels::plain
