// What stands in the way of one operator.
#pragma once

#include "common/graph/model.h"
#include "quantizer/plan/obstacle.h"
#include "quantizer/plan/scheme.h"

namespace atl::quantizer {

// Why an operator of a float model can't be quantized to int8 or int16x8; nothing if it can, or touches no float32.
MaybeObstacle op_obstacle(const graph::Subgraph& subgraph, const graph::Op& op, Precision precision);

// Whether an operator only widens float16 constants to float32, as converters write float16 weights; quantization takes
// the constants themselves.
bool widens_half_constant(const graph::Subgraph& subgraph, const graph::Op& op);

// Whether an operator computes in float32 with constant int8 or uint8 weights, as dynamic-range quantization leaves
// it; quantization takes what these weights stand for.
bool has_integer_weights(const graph::Subgraph& subgraph, const graph::Op& op);

}  // namespace atl::quantizer
