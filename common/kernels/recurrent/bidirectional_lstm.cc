// BIDIRECTIONAL_SEQUENCE_LSTM on floats: one layer forward, one backward. Positions of the inputs: LiteRT,
// tflite/kernels/bidirectional_sequence_lstm.cc. An auxiliary input (39) goes to both layers where it has weights;
// where it has none, the backward layer takes it in place of the input.
#include "common/kernels/recurrent/kernels.h"
#include "common/kernels/recurrent/lstm_sequence.h"

namespace atl::kernels::recurrent {
namespace {

constexpr size_t kAux = 39, kForwardAuxToForget = 41;

class BidirectionalLstm final : public Kernel {
 public:
  BidirectionalLstm(const Sequence& sequence, LstmLayer forward, LstmLayer backward, bool merged)
      : sequence_(sequence), forward_(std::move(forward)), backward_(std::move(backward)), merged_(merged) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const float* x = inputs[0].as<float>().data();
    const bool has_aux = inputs.size() > kAux && inputs[kAux].present;
    const float* aux = has_aux ? inputs[kAux].as<float>().data() : nullptr;
    const bool shared = forward_.sizes().aux_inputs != 0;  // with weights of its own
    const int64_t forward_outputs = forward_.sizes().outputs, backward_outputs = backward_.sizes().outputs;
    const int64_t both = forward_outputs + backward_outputs;
    float* y = outputs[0].as<float>().data();
    float* backward_y = merged_ ? y + forward_outputs : outputs[1].as<float>().data();
    run_layer(forward_, true, inputs, outputs, x, shared ? aux : nullptr, y, merged_ ? both : forward_outputs);
    run_layer(backward_, false, inputs, outputs, aux != nullptr && !shared ? aux : x, shared ? aux : nullptr,
              backward_y, merged_ ? both : backward_outputs);
    return {};
  }

 private:
  void run_layer(LstmLayer& layer, bool forward, std::span<const ConstView> inputs, std::span<const MutView> outputs,
                 const float* x, const float* aux, float* y, int64_t stride) {
    Sequence sequence = sequence_;
    sequence.forward = forward;
    run_sequence(layer, sequence, inputs, x, aux, outputs[layer.output_state()].as<float>().data(),
                 outputs[layer.cell_state()].as<float>().data(), y, stride);
  }

  Sequence sequence_;
  LstmLayer forward_, backward_;
  bool merged_;
};

LstmPositions forward_positions() {
  LstmPositions positions;
  positions.input_gate = {1, 5, 40, 9, 12, kAbsent};
  positions.forget_gate = {2, 6, 41, 10, 13, kAbsent};
  positions.cell_gate = {3, 7, 42, kAbsent, 14, kAbsent};
  positions.output_gate = {4, 8, 43, 11, 15, kAbsent};
  positions.projection = 16, positions.projection_bias = 17;
  positions.output_state = 35, positions.cell_state = 36;
  return positions;
}

LstmPositions backward_positions() {
  LstmPositions positions;
  positions.input_gate = {18, 22, 44, 26, 29, kAbsent};
  positions.forget_gate = {19, 23, 45, 27, 30, kAbsent};
  positions.cell_gate = {20, 24, 46, kAbsent, 31, kAbsent};
  positions.output_gate = {21, 25, 47, 28, 32, kAbsent};
  positions.projection = 33, positions.projection_bias = 34;
  positions.output_state = 37, positions.cell_state = 38;
  return positions;
}

}  // namespace

Result<PreparedKernel> prepare_bidirectional_lstm(const OpContext& context) {
  const auto& attrs = context.attrs<graph::BidirectionalLstmAttrs>();
  const graph::Shape& x = context.input(0).shape;
  Sequence sequence{x[0], x[1], attrs.time_major, true};
  if (attrs.time_major) std::swap(sequence.batch, sequence.time);
  int64_t aux_size = 0;
  if (context.has_input(kAux)) {
    const graph::Tensor& aux = context.input(kAux);
    if (aux.type != graph::DType::kFloat32 || aux.shape.size() != 3 || aux.shape[0] != x[0] || aux.shape[1] != x[1]) {
      return context.error(ErrorCode::kInvalid, "its auxiliary input is {} {}; it goes along with the input's {}",
                           graph::dtype_name(aux.type), graph::shape_text(aux.shape), graph::shape_text(x));
    }
    aux_size = aux.shape[2];
  }
  const bool shared = aux_size != 0 && context.has_input(kForwardAuxToForget);
  const LstmSettings settings{attrs.activation, attrs.cell_clip, attrs.proj_clip, attrs.asymmetric_quantize_inputs};
  ATOLL_ASSIGN(LstmLayer forward, LstmLayer::create(context, forward_positions(), settings,
                                                    {sequence.batch, x[2], shared ? aux_size : 0, 0, 0}));
  const int64_t backward_inputs = aux_size != 0 && !shared ? aux_size : x[2];
  ATOLL_ASSIGN(LstmLayer backward, LstmLayer::create(context, backward_positions(), settings,
                                                     {sequence.batch, backward_inputs, shared ? aux_size : 0, 0, 0}));
  if (context.op().outputs.size() != (attrs.merge_outputs ? 1 : 2)) {
    return context.error(ErrorCode::kInvalid, "it has {} outputs", context.op().outputs.size());
  }
  return PreparedKernel(
      std::make_unique<BidirectionalLstm>(sequence, std::move(forward), std::move(backward), attrs.merge_outputs));
}

}  // namespace atl::kernels::recurrent
