// Comparisons of float32 values.
#include <functional>

#include "common/kernels/f32/elementwise.h"
#include "common/kernels/interface/elementwise.h"

namespace atl::kernels::f32 {
namespace {

template <typename Relation>
Result<PreparedKernel> make(const OpContext& context) {
  return make_binary<float, float, uint8_t>(context,
                                            [](float a, float b) { return static_cast<uint8_t>(Relation()(a, b)); });
}

}  // namespace

Result<PreparedKernel> prepare_equal(const OpContext& context) { return make<std::equal_to<>>(context); }
Result<PreparedKernel> prepare_not_equal(const OpContext& context) { return make<std::not_equal_to<>>(context); }
Result<PreparedKernel> prepare_less(const OpContext& context) { return make<std::less<>>(context); }
Result<PreparedKernel> prepare_less_equal(const OpContext& context) { return make<std::less_equal<>>(context); }
Result<PreparedKernel> prepare_greater(const OpContext& context) { return make<std::greater<>>(context); }
Result<PreparedKernel> prepare_greater_equal(const OpContext& context) { return make<std::greater_equal<>>(context); }

}  // namespace atl::kernels::f32
