// FULLY_CONNECTED: a 1 x 1 convolution over batches, with the wide requantization of the current reference or the fixed
// one.
#include "common/numerics/wide.h"
#include "compiler/lower/lowering.h"
#include "compiler/lower/parameters.h"
#include "compiler/lower/quantization.h"
#include "compiler/tasks/conv_task.h"

namespace atl::compiler {
namespace {

isa::RequantizeMode mode_of(const graph::OpView& op, bool fixed) {
  const auto& attrs = op.attrs<graph::FullyConnectedAttrs>();
  if (fixed) return convolution_mode(*op.input(0), op.input(2), attrs.quantized_bias_type);
  if (!is_words(*op.input(0))) return isa::RequantizeMode::kWide;
  return sums_have_32_bits(op.input(2), attrs.quantized_bias_type) ? isa::RequantizeMode::kWideLowPair
                                                                   : isa::RequantizeMode::kWidePair;
}

std::vector<uint8_t> pack_parameters(const graph::OpView& op, int64_t channels, isa::RequantizeMode mode, bool fixed) {
  const float input = quant_params(*op.input(0)).scale, output = quant_params(op.output(0)).scale;
  const bool per_channel = op.input(1)->quant.per_channel();
  std::vector<uint8_t> bytes;
  for (int64_t c = 0; c < channels; ++c) {
    const float weight = weight_scale(*op.input(1), c);
    const int64_t bias = bias_of(op.input(2), c);
    if (!fixed) {
      append_parameters(bytes, mode, bias, numerics::effective_scale(input, weight, output));
      continue;
    }
    const double product =
        per_channel ? static_cast<double>(input) * static_cast<double>(weight) : static_cast<double>(input * weight);
    append_parameters(bytes, mode, bias, numerics::quantize_multiplier(product / static_cast<double>(output)));
  }
  return bytes;
}

}  // namespace

void lower_fully_connected(const graph::OpView& op, SegmentBuilder& builder) {
  const graph::Tensor &input = *op.input(0), &weights = *op.input(1), &output = op.output(0);
  ConvGeometry g;
  g.output_channels = weights.shape[0];
  g.input_channels = weights.shape[1];
  g.input_height = g.output_height = graph::num_elements(input.shape) / g.input_channels;
  g.input_unsigned = is_unsigned(input);
  g.weights_unsigned = is_unsigned(weights);
  g.is_16bit = is_words(input);
  g.input_zero_point = quant_params(input).zero_point;
  g.weights_zero_point = weights.quant.per_channel() ? 0 : quant_params(weights).zero_point;

  const numerics::IntRange range = output_range(output, op.attrs<graph::FullyConnectedAttrs>().activation);
  const bool fixed = builder.fixed_fully_connected();
  const isa::RequantizeMode mode = mode_of(op, fixed);
  const Requantization requantization{mode, quant_params(output).zero_point, range.low, range.high};
  auto task = std::make_unique<ConvTask>(g, requantization, *weights.data,
                                         pack_parameters(op, g.output_channels, mode, fixed), builder.machine());
  task->inputs = {builder.view(op.op.inputs[0], Dims{1, g.input_height, 1, g.input_channels})};
  task->output = builder.view(op.op.outputs[0], Dims{1, g.output_height, 1, g.output_channels});
  builder.add(std::move(task));
}

}  // namespace atl::compiler
