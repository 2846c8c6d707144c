// What prepares the operators on float32 tensors that multiply by weights. Sums have a fixed order: that of the
// reference.
#pragma once

#include "common/kernels/interface/variant.h"

namespace atl::kernels::f32 {

Result<PreparedKernel> prepare_batch_matmul(const OpContext& context);
Result<PreparedKernel> prepare_conv_2d(const OpContext& context);
Result<PreparedKernel> prepare_depthwise_conv_2d(const OpContext& context);
Result<PreparedKernel> prepare_fully_connected(const OpContext& context);
Result<PreparedKernel> prepare_transpose_conv(const OpContext& context);

}  // namespace atl::kernels::f32
