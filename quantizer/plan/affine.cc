#include "quantizer/plan/affine.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "common/base/check.h"

namespace atl::quantizer {
namespace {

constexpr int32_t kLow = -128, kHigh = 127;

// Of int8 outputs. (The int16 kernels all give -1 .. 1 in steps of 2^-15.)
constexpr std::optional<AffineParams> find_fixed_output(graph::OpKind kind) {
  switch (kind) {
    case graph::OpKind::kSoftmax:
    case graph::OpKind::kLogistic: return AffineParams{1.0f / 256, -128};  // 0 .. 1; kernels compute in this scale
    case graph::OpKind::kTanh:
    case graph::OpKind::kL2Normalization: return AffineParams{1.0f / 128, 0};  // -1 .. 1
    case graph::OpKind::kLogSoftmax: return AffineParams{16.0f / 256, 127};    // -16 .. 0
    default: return std::nullopt;
  }
}

#define ATOLL_OP(Name, BUILTIN, code, Attrs, Table, shape, rule, engine, doc)    \
  static_assert((graph::QuantRule::k##rule == graph::QuantRule::kFixedOutput) == \
                    find_fixed_output(graph::OpKind::k##Name).has_value(),       \
                #BUILTIN ": parameters in find_fixed_output are for operators of rule FixedOutput, all of them");
#include "common/graph/ops.def"
#undef ATOLL_OP

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

AffineParams symmetric_int16(const Range& range) {
  const float largest = std::max(std::fabs(std::min(range.min, 0.0f)), std::fabs(std::max(range.max, 0.0f)));
  if (largest == 0) return {};
  return {std::max(largest, static_cast<float>(kSmallestSpan / 2)) / 32767, 0};
}

AffineParams activation_params(graph::DType type, const Range& range) {
  return type == graph::DType::kInt8 ? asymmetric_int8(range) : symmetric_int16(range);
}

float smallest_sum_scale(graph::DType type, float a, float b) {
  const double unit = double{std::max(a, b)} / (type == graph::DType::kInt8 ? 1 << 19 : 1 << 14);
  return static_cast<float>(unit * (1 + 1e-6));  // above it, in float32 as well
}

float smallest_clamped_scale(float bound) { return bound / 2147483000.0f; }

float smallest_hard_swish_scale(float input) { return input / 128 * (1 + 1e-6f); }

AffineParams fixed_output(graph::OpKind kind, graph::DType type) {
  const std::optional<AffineParams> params = find_fixed_output(kind);
  ATOLL_CHECK(params.has_value(), "{} has no fixed output", graph::op_info(kind).name);
  return type == graph::DType::kInt8 ? *params : AffineParams{1.0f / 32768, 0};
}

}  // namespace atl::quantizer
