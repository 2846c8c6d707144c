// What prepares the elementwise operators on float32 tensors. Functions of one element come from numerics/elementary.h,
// so that results do not depend on the machine.
#pragma once

#include "common/kernels/interface/variant.h"

namespace atl::kernels::f32 {

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
Result<PreparedKernel> prepare_prelu(const OpContext& context);

Result<PreparedKernel> prepare_equal(const OpContext& context);
Result<PreparedKernel> prepare_not_equal(const OpContext& context);
Result<PreparedKernel> prepare_less(const OpContext& context);
Result<PreparedKernel> prepare_less_equal(const OpContext& context);
Result<PreparedKernel> prepare_greater(const OpContext& context);
Result<PreparedKernel> prepare_greater_equal(const OpContext& context);

Result<PreparedKernel> prepare_abs(const OpContext& context);
Result<PreparedKernel> prepare_neg(const OpContext& context);
Result<PreparedKernel> prepare_sign(const OpContext& context);
Result<PreparedKernel> prepare_fake_quant(const OpContext& context);
Result<PreparedKernel> prepare_floor(const OpContext& context);
Result<PreparedKernel> prepare_ceil(const OpContext& context);
Result<PreparedKernel> prepare_round(const OpContext& context);
Result<PreparedKernel> prepare_square(const OpContext& context);
Result<PreparedKernel> prepare_sqrt(const OpContext& context);
Result<PreparedKernel> prepare_rsqrt(const OpContext& context);
Result<PreparedKernel> prepare_exp(const OpContext& context);
Result<PreparedKernel> prepare_log(const OpContext& context);
Result<PreparedKernel> prepare_sin(const OpContext& context);
Result<PreparedKernel> prepare_cos(const OpContext& context);
Result<PreparedKernel> prepare_relu(const OpContext& context);
Result<PreparedKernel> prepare_relu6(const OpContext& context);
Result<PreparedKernel> prepare_relu_n1_to_1(const OpContext& context);
Result<PreparedKernel> prepare_relu_0_to_1(const OpContext& context);
Result<PreparedKernel> prepare_leaky_relu(const OpContext& context);
Result<PreparedKernel> prepare_elu(const OpContext& context);
Result<PreparedKernel> prepare_gelu(const OpContext& context);
Result<PreparedKernel> prepare_hard_swish(const OpContext& context);
Result<PreparedKernel> prepare_logistic(const OpContext& context);
Result<PreparedKernel> prepare_tanh(const OpContext& context);

Result<PreparedKernel> prepare_softmax(const OpContext& context);
Result<PreparedKernel> prepare_log_softmax(const OpContext& context);
Result<PreparedKernel> prepare_l2_normalization(const OpContext& context);

}  // namespace atl::kernels::f32
