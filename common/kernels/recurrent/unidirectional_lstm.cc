// UNIDIRECTIONAL_SEQUENCE_LSTM on floats. Positions of the inputs: LiteRT, tflite/kernels/lstm_shared.h.
#include "common/kernels/recurrent/kernels.h"
#include "common/kernels/recurrent/lstm_sequence.h"

namespace atl::kernels::recurrent {
namespace {

class UnidirectionalLstm final : public Kernel {
 public:
  UnidirectionalLstm(const Sequence& sequence, LstmLayer layer) : sequence_(sequence), layer_(std::move(layer)) {}

  void watch(SeeInnerValues see) override { layer_.watch(std::move(see)); }

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    run_sequence(layer_, sequence_, inputs, inputs[0].as<float>().data(), nullptr,
                 outputs[layer_.output_state()].as<float>().data(), outputs[layer_.cell_state()].as<float>().data(),
                 outputs[0].as<float>().data(), layer_.sizes().outputs);
    return {};
  }

 private:
  Sequence sequence_;
  LstmLayer layer_;
};

}  // namespace

Result<PreparedKernel> prepare_unidirectional_lstm(const OpContext& context) {
  const auto& attrs = context.attrs<graph::UnidirectionalLstmAttrs>();
  if (attrs.diagonal_recurrent_tensors) {
    return context.error(ErrorCode::kUnsupported, "diagonal recurrent weights are not supported; store whole matrices");
  }
  LstmPositions positions;
  positions.input_gate = {1, 5, kAbsent, 9, 12, 20};
  positions.forget_gate = {2, 6, kAbsent, 10, 13, 21};
  positions.cell_gate = {3, 7, kAbsent, kAbsent, 14, 22};
  positions.output_gate = {4, 8, kAbsent, 11, 15, 23};
  positions.projection = 16, positions.projection_bias = 17;
  positions.output_state = 18, positions.cell_state = 19;
  const graph::Shape& x = context.input(0).shape;
  Sequence sequence{x[0], x[1], attrs.time_major, true};
  if (attrs.time_major) std::swap(sequence.batch, sequence.time);
  const LstmSettings settings{attrs.activation, attrs.cell_clip, attrs.proj_clip, attrs.asymmetric_quantize_inputs};
  ATOLL_ASSIGN(LstmLayer layer, LstmLayer::create(context, positions, settings, {sequence.batch, x[2], 0, 0, 0}));
  return PreparedKernel(std::make_unique<UnidirectionalLstm>(sequence, std::move(layer)));
}

}  // namespace atl::kernels::recurrent
