#include "common/kernels/registry.h"

#include <algorithm>

#include "common/kernels/f32/elementwise_table.h"
#include "common/kernels/f32/reduce_table.h"
#include "common/kernels/f32/table.h"
#include "common/kernels/f32/weighted_table.h"
#include "common/kernels/hybrid/table.h"
#include "common/kernels/int/elementwise_table.h"
#include "common/kernels/int/reduce_table.h"
#include "common/kernels/int/table.h"
#include "common/kernels/int/weighted_table.h"
#include "common/kernels/move/table.h"
#include "common/kernels/plain/reduce_table.h"
#include "common/kernels/plain/table.h"
#include "common/kernels/recurrent/table.h"

namespace atl::kernels {
namespace {

// Calls body(row) for every row of every table; the general rows of move/ come last.
template <typename Body>
constexpr void for_each_variant(const Body& body) {
  const auto visit = [&](const auto& table) {
    for (const Variant& variant : table) body(variant);
  };
  visit(integer::kVariants), visit(integer::kElementwiseVariants), visit(integer::kReduceVariants);
  visit(integer::kWeightedVariants);
  visit(f32::kVariants), visit(f32::kElementwiseVariants), visit(f32::kReduceVariants);
  visit(f32::kWeightedVariants);
  visit(hybrid::kVariants), visit(recurrent::kVariants), visit(plain::kVariants), visit(plain::kReduceVariants);
  visit(move::kVariants);
}

Error unsupported_types(const OpContext& context, const std::vector<Variant>& rows) {
  std::vector<std::string_view> supported;
  for (const Variant& row : rows) supported.push_back(row.types);
  return context.error(ErrorCode::kUnsupported, "no reference kernel takes the types {}; supported: {}",
                       types_seen(context), fmt::join(supported, "; "));
}

}  // namespace

std::vector<Variant> variants(graph::OpKind kind) {
  std::vector<Variant> rows;
  for_each_variant([&](const Variant& variant) {
    if (variant.kind == kind) rows.push_back(variant);
  });
  return rows;
}

Result<std::unique_ptr<Kernel>> prepare(const graph::Subgraph& subgraph, size_t op_index,
                                        const KernelOptions& options) {
  const OpContext context(subgraph, op_index, options);
  const std::vector<Variant> rows = variants(context.op().kind);
  if (!context.op().set_aside.empty()) {
    return context.error(ErrorCode::kUnsupported, "the operator {}", context.op().set_aside);
  }
  if (rows.empty()) {
    return context.error(ErrorCode::kUnsupported, "there is no reference kernel for this operator");
  }
  for (const Variant& row : rows) {
    if (types_match(row.types, context)) return row.prepare(context);
  }
  return unsupported_types(context, rows);
}

}  // namespace atl::kernels
