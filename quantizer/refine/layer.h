// A layer with constant weights, as its rows of weights and what they are multiplied with.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/graph/model.h"
#include "common/kernels/interface/window.h"

namespace atl::quantizer {

// Where the operands of a float layer's output values are. CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED: channel c of
// an output position is bias[c] + the sum over k < depth of weight(c, k) times value k of the position's patch, of
// which groups of channels have one each.
class Layer {
 public:
  // Nothing for other operators, and for those whose weights are no plain constants.
  static std::optional<Layer> of(const graph::Subgraph& subgraph, size_t op);

  int64_t channels() const { return channels_; }
  int64_t groups() const { return groups_; }
  int64_t channels_of_group() const { return channels_ / groups_; }  // those of group g come one after another
  int64_t depth() const { return depth_; }
  // Positions of the output: images x height x width, or rows.
  int64_t positions() const { return positions_; }

  // The place of weight(c, k) in the constant.
  size_t weight_at(int64_t channel, int64_t k) const {
    return static_cast<size_t>(channels_last_ ? k * channels_ + channel : channel * depth_ + k);
  }
  // The patch of a group at a position, `depth` values of `input` (of the layer's whole input); 0 in the padding.
  void patch(const float* input, int64_t group, int64_t position, float* values) const;

 private:
  kernels::Window window_;  // of convolutions
  bool is_dense_ = false, channels_last_ = false;
  int64_t channels_ = 0, groups_ = 1, depth_ = 0, positions_ = 0, in_of_group_ = 0;
};

}  // namespace atl::quantizer
