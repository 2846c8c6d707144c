// Recurrent layers: the time and batch axes of the input, and as many features as the layer has units.
#include "common/graph/shape_rules.h"

namespace atl::graph::shape_rules {
namespace {

// Positions among the inputs (LiteRT, tflite/kernels/lstm_shared.h and bidirectional_sequence_lstm.cc).
constexpr size_t kRecurrentToOutput = 8;           // weights; units x outputs
constexpr size_t kBackwardRecurrentToOutput = 25;  // of the backward layer of a bidirectional one

Inferred sequence(const OpView& op, int64_t features) {
  ATOLL_ASSIGN(const Tensor* input, ranked(op, 0, "input", 3));
  ATOLL_ASSIGN(const int32_t last, extent(features));
  return std::optional(Shape{input->shape[0], input->shape[1], last});
}

}  // namespace

Inferred svdf(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* input, ranked(op, 0, "input", 2));
  ATOLL_ASSIGN(const Tensor* weights, ranked(op, 1, "feature weights", 2));
  const int32_t rank = op.attrs<SvdfAttrs>().rank;
  if (weights->shape[0] % rank != 0) {
    return invalid("its {} filters are not a multiple of its rank {}", weights->shape[0], rank);
  }
  return std::optional(Shape{input->shape[0], weights->shape[0] / rank});
}

Inferred sequence_rnn(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* weights, ranked(op, 1, "weights", 2));
  return sequence(op, weights->shape[0]);
}

Inferred unidirectional_lstm(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* recurrent, needed(op, kRecurrentToOutput, "recurrent weights of the output gate"));
  if (recurrent->shape.empty()) return invalid("its recurrent weights of the output gate are a scalar");
  return sequence(op, recurrent->shape.back());
}

InferredAll bidirectional_lstm(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* forward, ranked(op, kRecurrentToOutput, "recurrent weights of the output gate", 2));
  ATOLL_ASSIGN(const Tensor* backward,
               ranked(op, kBackwardRecurrentToOutput, "backward recurrent weights of the output gate", 2));
  if (op.attrs<BidirectionalLstmAttrs>().merge_outputs) {
    ATOLL_ASSIGN(auto both, sequence(op, int64_t{forward->shape[1]} + backward->shape[1]));
    return std::vector{std::move(both)};
  }
  ATOLL_ASSIGN(auto first, sequence(op, forward->shape[1]));
  ATOLL_ASSIGN(auto second, sequence(op, backward->shape[1]));
  return std::vector{std::move(first), std::move(second)};
}

}  // namespace atl::graph::shape_rules
