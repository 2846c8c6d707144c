// What prepares the operators with float activations and integer weights.
#pragma once

#include "common/kernels/interface/variant.h"

namespace atl::kernels::hybrid {

Result<PreparedKernel> prepare_batch_matmul(const OpContext& context);
Result<PreparedKernel> prepare_conv_2d(const OpContext& context);
Result<PreparedKernel> prepare_depthwise_conv_2d(const OpContext& context);
Result<PreparedKernel> prepare_fully_connected(const OpContext& context);
Result<PreparedKernel> prepare_transpose_conv(const OpContext& context);

}  // namespace atl::kernels::hybrid
