// Layers whose results go into one other layer, channel by channel.
#pragma once

#include <vector>

#include "common/graph/model.h"
#include "quantizer/prepare/carried_ranges.h"

namespace atl::quantizer {

struct LayerPair {
  size_t first = 0, second = 0;  // operators
  int32_t between = 0;           // the first one's result, `channels` values a position
  int32_t channels = 0;
  bool clips_at_6 = false;  // the first one ends in RELU6
};

// CONV_2D, DEPTHWISE_CONV_2D or FULLY_CONNECTED whose result goes, through nothing or through operators that treat a
// channel times s as they treat the channel (RELU, LEAKY_RELU, PRELU, PAD, MAX_POOL_2D, AVERAGE_POOL_2D, MEAN over
// height and width), into such a layer as its data operand, and nowhere else. The first one's activation is none, RELU
// or RELU6. Weights and biases are constants that nobody else reads. A convolution with several groups is never the
// second. Pairs overlap: a depthwise-separable triple is two.
std::vector<LayerPair> find_layer_pairs(const graph::Subgraph& subgraph, const CarriedRanges& ranges);

}  // namespace atl::quantizer
