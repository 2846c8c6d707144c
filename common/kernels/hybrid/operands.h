// Scales of weights, and clamping, as the operators of this folder want them.
#pragma once

#include <limits>
#include <vector>

#include "common/kernels/interface/float_range.h"

namespace atl::kernels::hybrid {

// The scales of weight operand i: `channels` of them, or one. kInvalid.
inline Result<std::vector<float>> weight_scales(const OpContext& context, size_t i, int64_t channels) {
  const std::vector<float>& scales = context.input(i).quant.scale;
  if (scales.size() == 1 || static_cast<int64_t>(scales.size()) == channels) return scales;
  return context.error(ErrorCode::kInvalid, "{} has {} scales; one is needed, or {}, one a channel",
                       context.input_label(i), scales.size(), channels);
}

// The same, always one a channel.
inline Result<std::vector<float>> channel_scales(const OpContext& context, size_t i, int64_t channels) {
  ATOLL_ASSIGN(std::vector<float> scales, weight_scales(context, i, channels));
  if (scales.size() == 1) scales.resize(static_cast<size_t>(channels), scales[0]);
  return scales;
}

// Where the reference applies an activation to whole vectors, it leaves infinite results as they are.
inline FloatRange without_limits(FloatRange range) {
  if (range.low == std::numeric_limits<float>::lowest()) range.low = -std::numeric_limits<float>::infinity();
  if (range.high == std::numeric_limits<float>::max()) range.high = std::numeric_limits<float>::infinity();
  return range;
}

}  // namespace atl::kernels::hybrid
