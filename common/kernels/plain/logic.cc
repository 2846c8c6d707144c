// Comparisons of integers and bool, and logic. A bool is a byte, true when it is not 0; results are 0 or 1.
#include <functional>

#include "common/kernels/interface/elementwise.h"
#include "common/kernels/plain/kernels.h"
#include "common/kernels/plain/types.h"

namespace atl::kernels::plain {
namespace {

template <typename Relation>
PreparedKernel make_of_bool(const OpContext& context, Relation relation) {
  return make_binary<uint8_t, uint8_t, uint8_t>(
      context, [relation](uint8_t a, uint8_t b) { return static_cast<uint8_t>(relation(a != 0, b != 0)); });
}

template <typename Relation>
Result<PreparedKernel> compare(const OpContext& context, Relation relation) {
  if (context.input(0).type == graph::DType::kBool) return make_of_bool(context, relation);
  return with_integer(context.input(0).type, [&]<typename Tag>(Tag) -> PreparedKernel {
    using T = typename Tag::Type;
    return make_binary<T, T, uint8_t>(context, [relation](T a, T b) { return static_cast<uint8_t>(relation(a, b)); });
  });
}

}  // namespace

Result<PreparedKernel> prepare_equal(const OpContext& context) { return compare(context, std::equal_to<>()); }
Result<PreparedKernel> prepare_not_equal(const OpContext& context) { return compare(context, std::not_equal_to<>()); }
Result<PreparedKernel> prepare_less(const OpContext& context) { return compare(context, std::less<>()); }
Result<PreparedKernel> prepare_less_equal(const OpContext& context) { return compare(context, std::less_equal<>()); }
Result<PreparedKernel> prepare_greater(const OpContext& context) { return compare(context, std::greater<>()); }
Result<PreparedKernel> prepare_greater_equal(const OpContext& context) {
  return compare(context, std::greater_equal<>());
}
Result<PreparedKernel> prepare_logical_and(const OpContext& context) {
  return make_of_bool(context, std::logical_and<>());
}
Result<PreparedKernel> prepare_logical_or(const OpContext& context) {
  return make_of_bool(context, std::logical_or<>());
}
Result<PreparedKernel> prepare_logical_not(const OpContext&) {
  return make_unary<uint8_t, uint8_t>([](uint8_t a) { return static_cast<uint8_t>(a == 0); });
}

}  // namespace atl::kernels::plain
