// Which inputs and weights an output element of a weighted operator sums.
#pragma once

#include <cstdint>
#include <vector>

#include "common/graph/op_view.h"

namespace atl::runtime {

struct Tap {
  int64_t input;   // element of the input
  int32_t weight;  // less its zero point
};

// The sum behind an output element, and what becomes of it.
struct WeightedSum {
  int64_t output = 0;  // element of the output
  std::vector<Tap> taps;
  int64_t bias = 0;
  double multiplier = 0;  // sx sw / so of its channel
};

// Whether sums of the operator can be told: CONV_2D, DEPTHWISE_CONV_2D or FULLY_CONNECTED on int8, uint8 or int16 with
// constant weights of whole bytes and known scales.
bool has_weighted_sums(const graph::OpView& op);

// Sums that share no input element, the most that a plain grid of output pixels gives, of channels chosen by `draw`
// (any number; the same numbers, the same sums).
std::vector<WeightedSum> independent_sums(const graph::OpView& op, uint64_t draw);

}  // namespace atl::runtime
