// Activations that stand alone behind a layer.
#pragma once

#include "quantizer/prepare/carried_ranges.h"
#include "quantizer/prepare/edits.h"

namespace atl::quantizer {

// RELU, RELU6 or RELU_N1_TO_1 that alone reads the result of CONV_2D, DEPTHWISE_CONV_2D, FULLY_CONNECTED, ADD, SUB or
// MUL without a fused activation becomes that activation: one rounding less, and the range that it cuts off isn't paid
// for. A result that is an output or carries a range of its own stays. Returns how many.
size_t fuse_activations(Edits& edits, const CarriedRanges& ranges);

}  // namespace atl::quantizer
