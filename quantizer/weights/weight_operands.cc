#include "quantizer/weights/weight_operands.h"

namespace atl::quantizer {
namespace {

// Input-to-gate and recurrent weights of an LSTM, then the projection; `first` is the position of the first.
void add_lstm(std::vector<WeightOperand>& operands, size_t first) {
  constexpr size_t kGateWeights = 8, kProjection = 15;  // from the first on: peepholes and biases lie between
  for (size_t i = 0; i < kGateWeights; ++i) operands.push_back({first + i, true, std::nullopt});
  operands.push_back({first + kProjection, true, std::nullopt});
}

}  // namespace

std::vector<WeightOperand> weight_operands(const graph::Op& op) {
  using graph::OpKind;
  std::vector<WeightOperand> operands;
  switch (op.kind) {
    case OpKind::kConv2D:
    case OpKind::kFullyConnected: operands = {{1, true, 0}}; break;
    case OpKind::kDepthwiseConv2D: operands = {{1, true, 3}}; break;
    case OpKind::kTransposeConv: operands = {{1, false, 0}}; break;
    case OpKind::kBatchMatMul:
    case OpKind::kEmbeddingLookup: operands = {{1, true, std::nullopt}}; break;
    case OpKind::kGather: operands = {{0, false, std::nullopt}}; break;
    case OpKind::kSvdf: operands = {{1, true, std::nullopt}, {2, false, std::nullopt}}; break;
    case OpKind::kUnidirectionalSequenceRnn: operands = {{1, true, std::nullopt}, {2, true, std::nullopt}}; break;
    case OpKind::kUnidirectionalSequenceLstm: add_lstm(operands, 1); break;
    case OpKind::kBidirectionalSequenceLstm: add_lstm(operands, 1), add_lstm(operands, 18); break;
    default: break;
  }
  std::erase_if(operands, [&](const WeightOperand& operand) {
    return operand.position >= op.inputs.size() || op.inputs[operand.position] == graph::kNoTensor;
  });
  return operands;
}

void ask_for_asymmetric_inputs(graph::Op& op) {
  std::visit(
      [](auto& attrs) {
        if constexpr (requires { attrs.asymmetric_quantize_inputs; }) attrs.asymmetric_quantize_inputs = true;
      },
      op.attrs);
}

}  // namespace atl::quantizer
