#include "quantizer/plan/weight_scales.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "common/base/check.h"
#include "quantizer/plan/affine.h"

namespace atl::quantizer {

namespace {

constexpr std::optional<int32_t> find_channel_axis(graph::OpKind kind) {
  switch (kind) {
    case graph::OpKind::kConv2D: return 0;
    case graph::OpKind::kDepthwiseConv2D: return 3;
    case graph::OpKind::kFullyConnected: return 0;
    case graph::OpKind::kTransposeConv: return 0;
    default: return std::nullopt;
  }
}

#define ATOLL_OP(Name, BUILTIN, code, Attrs, Table, shape, rule, engine, doc) \
  static_assert((graph::QuantRule::k##rule == graph::QuantRule::kWeighted) == \
                    find_channel_axis(graph::OpKind::k##Name).has_value(),    \
                #BUILTIN ": an axis in find_channel_axis is for operators of rule Weighted, all of them");
#include "common/graph/ops.def"
#undef ATOLL_OP

}  // namespace

int32_t channel_axis(graph::OpKind kind) {
  const std::optional<int32_t> axis = find_channel_axis(kind);
  ATOLL_CHECK(axis.has_value(), "{} has no weights", graph::op_info(kind).name);
  return *axis;
}

std::vector<float> symmetric_scales(std::span<const float> weights, const graph::Shape& shape, int32_t axis) {
  const auto channels = static_cast<size_t>(shape[static_cast<size_t>(axis)]);
  size_t inner = 1;  // elements between one channel and the next
  for (size_t i = static_cast<size_t>(axis) + 1; i < shape.size(); ++i) inner *= static_cast<size_t>(shape[i]);
  std::vector<float> largest(channels, static_cast<float>(kSmallestSpan / 2));
  for (size_t i = 0; i < weights.size(); ++i) {
    float& channel = largest[i / inner % channels];
    channel = std::max(channel, std::fabs(weights[i]));
  }
  for (float& value : largest) value /= 127;
  return largest;
}

float symmetric_scale(std::span<const float> weights) {
  auto largest = static_cast<float>(kSmallestSpan / 2);
  for (float weight : weights) largest = std::max(largest, std::fabs(weight));
  return largest / 127;
}

std::vector<float> bias_scales(std::span<const float> biases, float input_scale, double largest,
                               std::vector<float>& weight_scales) {
  ATOLL_CHECK(biases.empty() || weight_scales.size() == 1 || biases.size() == weight_scales.size(),
              "{} biases for {} channels", biases.size(), weight_scales.size());
  std::vector<float> scales;
  for (float weight_scale : weight_scales) {
    scales.push_back(static_cast<float>(double{input_scale} * double{weight_scale}));
  }
  for (size_t c = 0; c < biases.size(); ++c) {
    const double size = std::fabs(biases[c]);
    const size_t channel = scales.size() == 1 ? 0 : c;
    if (size <= largest * scales[channel]) continue;
    scales[channel] = static_cast<float>(size / largest);
    weight_scales[channel] = static_cast<float>(size / largest / input_scale);
  }
  return scales;
}

}  // namespace atl::quantizer
