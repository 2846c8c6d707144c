// Which operands of an operator are weights, and which of these its hybrid kernel reads as int8.
#pragma once

#include <optional>
#include <vector>

#include "common/graph/model.h"

namespace atl::quantizer {

struct WeightOperand {
  size_t position = 0;              // among the operator's inputs
  bool hybrid = false;              // the operator takes int8 there beside float32 activations
  std::optional<int32_t> channels;  // the axis of its output channels, each of which may have a scale of its own
};

// The weights of an operator with float32 activations: constants that it multiplies with or looks up. Biases, slopes
// and other parameters are none. Which of them int8 may take the place of: LiteRT, tflite/kernels (the operators that
// quantize their activations on the way).
std::vector<WeightOperand> weight_operands(const graph::Op& op);

// Says that the operator quantizes its activations with a zero point of their own, as TensorFlow's converter does;
// nothing for operators that have no such attribute.
void ask_for_asymmetric_inputs(graph::Op& op);

}  // namespace atl::quantizer
