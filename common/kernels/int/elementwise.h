// What prepares the elementwise operators on quantized integers.
#pragma once

#include "common/kernels/interface/variant.h"

namespace atl::kernels::integer {

Result<PreparedKernel> prepare_add(const OpContext& context);
Result<PreparedKernel> prepare_sub(const OpContext& context);
Result<PreparedKernel> prepare_mul(const OpContext& context);
Result<PreparedKernel> prepare_narrow_mul(const OpContext& context);  // int16, int16 -> int8 or uint8
Result<PreparedKernel> prepare_div(const OpContext& context);
Result<PreparedKernel> prepare_squared_difference(const OpContext& context);
Result<PreparedKernel> prepare_prelu(const OpContext& context);

Result<PreparedKernel> prepare_equal(const OpContext& context);
Result<PreparedKernel> prepare_not_equal(const OpContext& context);
Result<PreparedKernel> prepare_less(const OpContext& context);
Result<PreparedKernel> prepare_less_equal(const OpContext& context);
Result<PreparedKernel> prepare_greater(const OpContext& context);
Result<PreparedKernel> prepare_greater_equal(const OpContext& context);

Result<PreparedKernel> prepare_relu(const OpContext& context);
Result<PreparedKernel> prepare_relu6(const OpContext& context);
Result<PreparedKernel> prepare_relu_n1_to_1(const OpContext& context);
Result<PreparedKernel> prepare_relu_0_to_1(const OpContext& context);
Result<PreparedKernel> prepare_leaky_relu(const OpContext& context);
Result<PreparedKernel> prepare_hard_swish(const OpContext& context);
Result<PreparedKernel> prepare_abs(const OpContext& context);
Result<PreparedKernel> prepare_sqrt(const OpContext& context);
Result<PreparedKernel> prepare_rsqrt(const OpContext& context);     // int8
Result<PreparedKernel> prepare_rsqrt_16(const OpContext& context);  // int16
Result<PreparedKernel> prepare_exp(const OpContext& context);
Result<PreparedKernel> prepare_log(const OpContext& context);
Result<PreparedKernel> prepare_gelu(const OpContext& context);
Result<PreparedKernel> prepare_elu(const OpContext& context);
Result<PreparedKernel> prepare_logistic(const OpContext& context);     // int8, uint8
Result<PreparedKernel> prepare_logistic_16(const OpContext& context);  // int16
Result<PreparedKernel> prepare_tanh(const OpContext& context);
Result<PreparedKernel> prepare_tanh_16(const OpContext& context);

Result<PreparedKernel> prepare_softmax(const OpContext& context);     // from 8 bits
Result<PreparedKernel> prepare_softmax_16(const OpContext& context);  // from 16
Result<PreparedKernel> prepare_log_softmax(const OpContext& context);
Result<PreparedKernel> prepare_l2_normalization(const OpContext& context);

}  // namespace atl::kernels::integer
