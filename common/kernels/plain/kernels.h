// What prepares the operators on numbers as they are: integers without scales, bool, and moves of a choice.
#pragma once

#include "common/kernels/interface/variant.h"

namespace atl::kernels::plain {

Result<PreparedKernel> prepare_add(const OpContext& context);
Result<PreparedKernel> prepare_sub(const OpContext& context);
Result<PreparedKernel> prepare_mul(const OpContext& context);
Result<PreparedKernel> prepare_div(const OpContext& context);
Result<PreparedKernel> prepare_squared_difference(const OpContext& context);
Result<PreparedKernel> prepare_maximum(const OpContext& context);
Result<PreparedKernel> prepare_minimum(const OpContext& context);
Result<PreparedKernel> prepare_floor_div(const OpContext& context);
Result<PreparedKernel> prepare_floor_mod(const OpContext& context);
Result<PreparedKernel> prepare_pow(const OpContext& context);

Result<PreparedKernel> prepare_equal(const OpContext& context);
Result<PreparedKernel> prepare_not_equal(const OpContext& context);
Result<PreparedKernel> prepare_less(const OpContext& context);
Result<PreparedKernel> prepare_less_equal(const OpContext& context);
Result<PreparedKernel> prepare_greater(const OpContext& context);
Result<PreparedKernel> prepare_greater_equal(const OpContext& context);
Result<PreparedKernel> prepare_logical_and(const OpContext& context);
Result<PreparedKernel> prepare_logical_or(const OpContext& context);
Result<PreparedKernel> prepare_logical_not(const OpContext& context);

Result<PreparedKernel> prepare_abs(const OpContext& context);
Result<PreparedKernel> prepare_neg(const OpContext& context);
Result<PreparedKernel> prepare_sign(const OpContext& context);
Result<PreparedKernel> prepare_cast(const OpContext& context);

Result<PreparedKernel> prepare_select(const OpContext& context);     // SELECT: a condition for an element, a row or all
Result<PreparedKernel> prepare_select_v2(const OpContext& context);  // SELECT_V2: broadcasts

}  // namespace atl::kernels::plain
