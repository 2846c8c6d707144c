#include "quantizer/plan/affine.h"

#include <algorithm>
#include <cmath>

#include "common/base/check.h"

namespace atl::quantizer {
namespace {

constexpr int32_t kLow = -128, kHigh = 127;

}  // namespace

graph::Quantization to_quantization(const AffineParams& params) {
  graph::Quantization quant;
  quant.scale = {params.scale};
  quant.zero_point = {params.zero_point};
  return quant;
}

AffineParams asymmetric_int8(const Range& range) {
  double min = std::min(range.min, 0.0f);
  double max = std::max(range.max, 0.0f);
  if (min == 0 && max == 0) return {};
  if (max - min <= kSmallestSpan) {
    min = std::min(min, -kSmallestSpan / 2);
    max = std::max(max, kSmallestSpan / 2);
  }
  float scale = (static_cast<float>(max) - static_cast<float>(min)) / static_cast<float>(kHigh - kLow);
  if (!std::isfinite(scale)) scale = static_cast<float>((max - min) / (kHigh - kLow));  // the span overflowed
  const auto zero_point = static_cast<float>(kLow - min / static_cast<double>(scale));
  const float rounded = std::round(std::clamp(zero_point, static_cast<float>(kLow), static_cast<float>(kHigh)));
  return {scale, static_cast<int32_t>(rounded)};
}

float smallest_sum_scale(float a, float b) {
  const double unit = double{std::max(a, b)} / (1 << 19);
  return static_cast<float>(unit * (1 + 1e-6));  // above it, in float32 as well
}

AffineParams fixed_output_int8(graph::OpKind kind) {
  ATOLL_CHECK(graph::op_info(kind).rule == graph::QuantRule::kFixedOutput, "{}", graph::op_info(kind).name);
  switch (kind) {
    case graph::OpKind::kSoftmax: return {1.0f / 256, -128};  // probabilities; the kernels compute in this scale
    default: break;
  }
  ATOLL_CHECK(false, "{} has no fixed output", graph::op_info(kind).name);
}

}  // namespace atl::quantizer
