// Changes to the float model that quantization profits from and that leave what it computes as it is.
#pragma once

#include <string>
#include <vector>

#include "common/graph/model.h"

namespace atl::quantizer {

// In the main subgraph:
//   - DEQUANTIZE of a float16 constant becomes a float32 constant;
//   - constant int8 or uint8 weights of an operator that computes in float32 become the float32 values they stand for;
//   - RELU or RELU6 that alone reads the result of CONV_2D, DEPTHWISE_CONV_2D, FULLY_CONNECTED or ADD without a fused
//     activation becomes that activation: one rounding less, and the range below zero isn't paid for.
// Tensors that nothing refers to any more stay in the list. Indices of tensors don't change, those of operators do.
// Returns what the user should know.
std::vector<std::string> simplify(graph::Model& model);

}  // namespace atl::quantizer
