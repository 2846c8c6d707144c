// Inputs that put one operator into its corners: on either side of rounding boundaries, and into saturation.
#pragma once

#include <cstdint>
#include <vector>

#include "common/base/file.h"
#include "common/graph/model.h"

namespace atl::runtime {

enum class Corner {
  kTies,        // accumulators next to the boundary between two outputs; every value, every pair of values elementwise
  kSaturation,  // accumulators as far out as the operands reach; smallest and largest values
};

// Invocations of a model of one operator with integer inputs (graph::cut_op); none for one that has others. Each holds
// the bytes of every input, by position. The same seed gives the same bytes.
//
// Of CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED with constant weights, an accumulator sum (x - zx) w + b is steered
// to the integers around (n + 1/2 - zo) so / (sx sw) for outputs n all over the output's range: there two ways of
// rounding part. Windows that do not overlap are steered at once.
std::vector<std::vector<Bytes>> corner_inputs(const graph::Model& one_op, Corner corner, uint64_t seed);

}  // namespace atl::runtime
