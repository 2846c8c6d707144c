// What prepares reductions and resizings of quantized integers.
#pragma once

#include "common/kernels/interface/variant.h"

namespace atl::kernels::integer {

Result<PreparedKernel> prepare_mean(const OpContext& context);
Result<PreparedKernel> prepare_product(const OpContext& context);
Result<PreparedKernel> prepare_resize_bilinear(const OpContext& context);
Result<PreparedKernel> prepare_sum(const OpContext& context);

}  // namespace atl::kernels::integer
