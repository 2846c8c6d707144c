// What prepares the operators on integer tensors that multiply by weights.
#pragma once

#include "common/kernels/interface/variant.h"

namespace atl::kernels::integer {

Result<PreparedKernel> prepare_batch_matmul(const OpContext& context);
Result<PreparedKernel> prepare_conv_2d(const OpContext& context);
Result<PreparedKernel> prepare_depthwise_conv_2d(const OpContext& context);
Result<PreparedKernel> prepare_fully_connected(const OpContext& context);
Result<PreparedKernel> prepare_fully_connected_16(const OpContext& context);
Result<PreparedKernel> prepare_fully_connected_shuffled(const OpContext& context);
Result<PreparedKernel> prepare_transpose_conv(const OpContext& context);

}  // namespace atl::kernels::integer
