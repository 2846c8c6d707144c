// RELU and its bounded relatives: y = clamp(M(q - zi, si / so) + zo) to the activation's range; si / so is a float32
// quotient.
#include "common/kernels/int/byte_function.h"
#include "common/kernels/int/elementwise.h"
#include "common/kernels/int/quantized.h"

namespace atl::kernels::integer {
namespace {

Result<PreparedKernel> prepare(const OpContext& context, numerics::ActivationBounds bounds) {
  ATOLL_ASSIGN(const QuantParams in, input_quant(context, 0));
  ATOLL_ASSIGN(const QuantParams out, output_quant(context));
  const graph::DType type = context.output(0).type;
  const auto range = numerics::activation_range(bounds, out.scale, out.zero_point, type_range(type));
  const auto multiplier = numerics::quantize_multiplier(static_cast<double>(in.scale / out.scale));
  return make_integer_function(type, [=](int32_t q) {
    const int32_t y = numerics::multiply_by_quantized_multiplier(q - in.zero_point, multiplier);
    return range.clamp(numerics::saturating_add(y, out.zero_point));
  });
}

}  // namespace

Result<PreparedKernel> prepare_relu(const OpContext& context) { return prepare(context, numerics::kRelu); }
Result<PreparedKernel> prepare_relu6(const OpContext& context) { return prepare(context, numerics::kRelu6); }
Result<PreparedKernel> prepare_relu_n1_to_1(const OpContext& context) { return prepare(context, numerics::kReluN1To1); }
Result<PreparedKernel> prepare_relu_0_to_1(const OpContext& context) { return prepare(context, numerics::kRelu0To1); }

}  // namespace atl::kernels::integer
