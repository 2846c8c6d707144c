#include "common/kernels/int/quantized.h"

#include "common/kernels/interface/fused_activation.h"

namespace atl::kernels::integer {
namespace {

Result<QuantParams> per_tensor(const OpContext& context, const graph::Tensor& tensor, const std::string& label) {
  const graph::Quantization& quant = tensor.quant;
  if (!quant.present()) {
    return context.error(ErrorCode::kInvalid, "{} is {} but has no scale and zero point", label,
                         graph::dtype_name(tensor.type));
  }
  if (quant.per_channel()) {
    return context.error(ErrorCode::kUnsupported, "{} has {} scales; this operand must have one for the whole tensor",
                         label, quant.scale.size());
  }
  const int64_t zero_point = quant.zero_point.empty() ? 0 : quant.zero_point[0];
  return QuantParams{quant.scale[0], numerics::saturate<int32_t>(zero_point)};
}

}  // namespace

Result<QuantParams> input_quant(const OpContext& context, size_t i) {
  return per_tensor(context, context.input(i), context.input_label(i));
}

Result<QuantParams> output_quant(const OpContext& context) {
  return per_tensor(context, context.output(0), context.output_label(0));
}

Result<std::vector<float>> weight_scales(const OpContext& context, size_t i, int32_t axis, int64_t channels) {
  const graph::Tensor& tensor = context.input(i);
  const graph::Quantization& quant = tensor.quant;
  if (!quant.per_channel()) {
    ATOLL_ASSIGN(const QuantParams params, input_quant(context, i));
    return std::vector<float>(static_cast<size_t>(channels), params.scale);
  }
  // An axis beyond the rank means nothing; the verifier has warned, and the count says which one is meant.
  const bool axis_in_rank = quant.axis >= 0 && quant.axis < static_cast<int32_t>(tensor.shape.size());
  if (static_cast<int64_t>(quant.scale.size()) != channels || (axis_in_rank && quant.axis != axis)) {
    return context.error(ErrorCode::kUnsupported,
                         "{} has {} scales along axis {}; one for each of {} channels along axis {} works",
                         context.input_label(i), quant.scale.size(), quant.axis, channels, axis);
  }
  return quant.scale;
}

Result<numerics::IntRange> output_range(const OpContext& context, graph::Activation activation) {
  ATOLL_ASSIGN(const numerics::ActivationBounds bounds, fused_bounds(context, activation));
  ATOLL_ASSIGN(const QuantParams out, output_quant(context));
  return numerics::activation_range(bounds, out.scale, out.zero_point, type_range(context.output(0).type));
}

}  // namespace atl::kernels::integer
