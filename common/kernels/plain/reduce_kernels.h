// What prepares reductions, choices and running sums of numbers as they are.
#pragma once

#include "common/kernels/interface/variant.h"

namespace atl::kernels::plain {

Result<PreparedKernel> prepare_all(const OpContext& context);
Result<PreparedKernel> prepare_any(const OpContext& context);
Result<PreparedKernel> prepare_arg_max(const OpContext& context);
Result<PreparedKernel> prepare_arg_min(const OpContext& context);
Result<PreparedKernel> prepare_cumsum(const OpContext& context);
Result<PreparedKernel> prepare_maximum_of(const OpContext& context);
Result<PreparedKernel> prepare_mean(const OpContext& context);
Result<PreparedKernel> prepare_minimum_of(const OpContext& context);
Result<PreparedKernel> prepare_product(const OpContext& context);
Result<PreparedKernel> prepare_range(const OpContext& context);
Result<PreparedKernel> prepare_scatter_nd(const OpContext& context);
Result<PreparedKernel> prepare_sum(const OpContext& context);
Result<PreparedKernel> prepare_top_k(const OpContext& context);

}  // namespace atl::kernels::plain
