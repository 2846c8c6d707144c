#include "common/kernels/int/channel_params.h"

#include <algorithm>

namespace atl::kernels::integer {

Result<ChannelParams> ChannelParams::make(const OpContext& context, const graph::Tensor& tensor,
                                          const std::string& label) {
  const graph::Quantization& quant = tensor.quant;
  if (!quant.present()) {
    return context.error(ErrorCode::kInvalid, "{} is {} but has no scale and zero point", label,
                         graph::dtype_name(tensor.type));
  }
  ChannelParams result;
  for (size_t c = 0; c < quant.scale.size(); ++c) {
    // One zero point may stand for all.
    const int64_t zero_point =
        quant.zero_point.empty() ? 0 : quant.zero_point[std::min(c, quant.zero_point.size() - 1)];
    result.params_.push_back({quant.scale[c], numerics::saturate<int32_t>(zero_point)});
  }
  if (!result.per_channel()) return result;
  const auto axis = static_cast<size_t>(quant.axis);
  if (axis >= tensor.shape.size() || tensor.shape[axis] != static_cast<int32_t>(quant.scale.size())) {
    return context.error(ErrorCode::kInvalid, "{} has {} scales along axis {} of shape {}", label, quant.scale.size(),
                         quant.axis, graph::shape_text(tensor.shape));
  }
  for (size_t i = axis + 1; i < tensor.shape.size(); ++i) result.inner_ *= static_cast<size_t>(tensor.shape[i]);
  result.inner_ = std::max<size_t>(result.inner_, 1);
  return result;
}

}  // namespace atl::kernels::integer
