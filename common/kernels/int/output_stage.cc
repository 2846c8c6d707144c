#include "common/kernels/int/output_stage.h"

namespace atl::kernels::integer {

Result<OutputStage> convolution_stage(const OpContext& context, int32_t axis, int64_t channels,
                                      graph::Activation activation) {
  ATOLL_ASSIGN(const QuantParams in, input_quant(context, 0));
  ATOLL_ASSIGN(const QuantParams out, output_quant(context));
  const bool is_uint8 = context.input(0).type == graph::DType::kUint8;
  if (is_uint8) ATOLL_TRY(input_quant(context, 1));  // one scale: uint8 has no per-channel form
  ATOLL_ASSIGN(const std::vector<float> scales, weight_scales(context, 1, axis, channels));
  OutputStage stage;
  stage.zero_point = out.zero_point;
  ATOLL_ASSIGN(stage.range, output_range(context, activation));
  for (const float scale : scales) {
    const double product =
        is_uint8 ? static_cast<double>(in.scale * scale) : static_cast<double>(in.scale) * static_cast<double>(scale);
    stage.multipliers.push_back(numerics::quantize_multiplier(product / static_cast<double>(out.scale)));
  }
  return stage;
}

}  // namespace atl::kernels::integer
