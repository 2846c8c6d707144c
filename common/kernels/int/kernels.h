// What prepares the operators on integer tensors.
#pragma once

#include "common/kernels/interface/variant.h"

namespace atl::kernels::integer {

Result<PreparedKernel> prepare_average_pool_2d(const OpContext& context);
Result<PreparedKernel> prepare_concatenation(const OpContext& context);
Result<PreparedKernel> prepare_dequantize(const OpContext& context);
Result<PreparedKernel> prepare_dequantize_half(const OpContext& context);
Result<PreparedKernel> prepare_max_pool_2d(const OpContext& context);
Result<PreparedKernel> prepare_quantize(const OpContext& context);
Result<PreparedKernel> prepare_requantize(const OpContext& context);

}  // namespace atl::kernels::integer
