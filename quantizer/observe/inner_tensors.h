// Values inside an operator whose ranges quantization needs as well: those that LSTMs keep from step to step.
//
// In integers an UNIDIRECTIONAL_SEQUENCE_LSTM has five intermediate tensors, without elements, that state the
// quantization of its gates and hidden values, and a cell state. Float models mostly come without the former. Given
// them, what is seen inside the operator has a tensor to belong to, like any other range.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/graph/model.h"

namespace atl::quantizer {

// Adds the intermediate tensors that float32 LSTMs of the subgraph lack, named after the operator's output. By
// operator: whether it is to become an integer one; others keep what they have.
void add_inner_tensors(graph::Subgraph& subgraph, const std::vector<bool>& integer);

// The tensor that values inside an operator belong to; `place` as of recurrent/inner_values.h. kNoTensor if the
// operator has none for it.
int32_t inner_tensor(const graph::Op& op, size_t place);

// The tensors, states among them, whose ranges an operator of QuantRule::kRecurrent needs besides those of its input
// and output.
std::vector<int32_t> inner_tensors_needed(const graph::Op& op);

// Positions of the variables among the inputs of an operator of QuantRule::kRecurrent.
std::vector<size_t> state_inputs(graph::OpKind kind);

// Positions among the inputs of UNIDIRECTIONAL_SEQUENCE_LSTM (LiteRT, tflite/kernels/lstm_shared.h). Gates stand in the
// order input, forget, cell, output; peepholes have no cell.
namespace lstm {
inline constexpr size_t kGates = 4;
inline constexpr size_t kInputWeights = 1, kRecurrentWeights = 5, kPeepholes = 9, kBiases = 12, kProjection = 16,
                        kProjectionBias = 17, kOutputState = 18, kCellState = 19, kNormalization = 20;
}  // namespace lstm

// Positions among the inputs of SVDF.
namespace svdf {
inline constexpr size_t kFeatureWeights = 1, kTimeWeights = 2, kBias = 3, kState = 4;
}  // namespace svdf

inline bool has_input(const graph::Op& op, size_t position) {
  return position < op.inputs.size() && op.inputs[position] != graph::kNoTensor;
}

}  // namespace atl::quantizer
