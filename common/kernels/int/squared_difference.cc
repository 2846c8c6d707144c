// SQUARED_DIFFERENCE on int8: the operands on a common scale with 7 bits of head room, their difference squared (which
// wraps in 32 bits), and M by t^2 / (2^14 * so).
#include "common/kernels/int/elementwise.h"
#include "common/kernels/int/scaled_sum.h"
#include "common/kernels/interface/elementwise.h"

namespace atl::kernels::integer {

Result<PreparedKernel> prepare_squared_difference(const OpContext& context) {
  ATOLL_ASSIGN(const ScaledSum sum, make_scaled_sum(context, graph::Activation::kNone, 7, true));
  return make_binary<int8_t, int8_t, int8_t>(context, [sum](int8_t x, int8_t y) {
    const int64_t difference = int64_t{sum.scaled(x, sum.a)} - sum.scaled(y, sum.b);
    const auto square = static_cast<int32_t>(static_cast<uint64_t>(difference) * static_cast<uint64_t>(difference));
    return static_cast<int8_t>(sum.finish(square));
  });
}

}  // namespace atl::kernels::integer
