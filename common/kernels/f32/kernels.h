// What prepares the operators on float32 tensors. Sums have a fixed order, so results are the same on every run.
#pragma once

#include "common/kernels/interface/variant.h"

namespace atl::kernels::f32 {

Result<PreparedKernel> prepare_average_pool_2d(const OpContext& context);
Result<PreparedKernel> prepare_max_pool_2d(const OpContext& context);

}  // namespace atl::kernels::f32
