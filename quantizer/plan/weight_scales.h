// Scales of constant weights and biases.
#pragma once

#include <span>
#include <vector>

#include "common/graph/model.h"

namespace atl::quantizer {

// The axis of output channels of a QuantRule::kWeighted operator's weights: O of O H W I, the last of 1 H W O, O of O
// I.
int32_t channel_axis(graph::OpKind kind);

// One symmetric scale a channel: max |w| / 127 in float32, so that weights fill [-127, 127]. A channel whose largest
// weight is below kSmallestSpan / 2 (a dead one, all 0, above all) is given that as its largest.
std::vector<float> symmetric_scales(std::span<const float> weights, const graph::Shape& shape, int32_t axis);

// The same, one scale for all.
float symmetric_scale(std::span<const float> weights);

// Bias scales input_scale * weight_scales[c] in float32. Where a bias would leave +-largest in that scale, both its
// scale and the channel's weight scale are raised so that it becomes `largest`: the accumulator keeps room for the
// products (TensorFlow's converter does the same for int8). `biases` may be empty, and is one for each scale, or any
// number for one scale.
inline constexpr double kLargestBias = (1 << 30) - 1;               // of int32: INT32_MAX / 2
inline constexpr double kLargestWideBias = (int64_t{1} << 46) - 1;  // of int64: kernels scale sums below 2^47
std::vector<float> bias_scales(std::span<const float> biases, float input_scale, double largest,
                               std::vector<float>& weight_scales);

}  // namespace atl::quantizer
