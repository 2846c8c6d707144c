// TRANSPOSE_CONV: output pixels whose coordinates leave the same remainders by the strides (a phase) see the same taps
// of the filter, and see them as an ordinary convolution of stride 1 does. So every phase is one, into a temporary that
// is then spread over the output; nothing is multiplied by a zero between pixels.
//
// Along an axis of stride s and padding b, output o gets tap t of input (o + b - t) / s where that is an integer. For
// o = p + i s these are taps s apart, and inputs one apart, the first one i + (p + b - t') / s of the largest tap t'.
#include <algorithm>

#include "common/graph/window.h"
#include "compiler/lower/byte_map.h"
#include "compiler/lower/index_map.h"
#include "compiler/lower/lowering.h"
#include "compiler/lower/parameters.h"
#include "compiler/lower/quantization.h"
#include "compiler/tasks/conv_task.h"

namespace atl::compiler {
namespace {

struct PhaseAxis {
  int64_t phase = 0, count = 0;  // of output coordinates phase + i * stride
  std::vector<int64_t> taps;     // of the filter, the largest first; may be none
  int64_t padding = 0;           // inputs before coordinate 0 under the first tap of output 0; negative: beyond it
};

std::vector<PhaseAxis> phase_axes(int64_t output, int64_t stride, int64_t kernel, int64_t before) {
  std::vector<PhaseAxis> axes;
  for (int64_t phase = 0; phase < std::min(stride, output); ++phase) {
    PhaseAxis axis{phase, (output - phase + stride - 1) / stride, {}, 0};
    for (int64_t tap = kernel - 1; tap >= 0; --tap) {
      if ((phase + before - tap) % stride == 0) axis.taps.push_back(tap);
    }
    if (!axis.taps.empty()) axis.padding = -(phase + before - axis.taps.front()) / stride;
    axes.push_back(std::move(axis));
  }
  return axes;
}

// The phase's filter, O H W I; one tap of weights that count as zero if it has none.
std::vector<uint8_t> phase_filter(const graph::Tensor& filter, const PhaseAxis& y, const PhaseAxis& x,
                                  int32_t zero_point) {
  const graph::Shape& shape = filter.shape;
  const int64_t channels = shape[3];
  if (y.taps.empty() || x.taps.empty()) {
    return std::vector<uint8_t>(static_cast<size_t>(shape[0] * channels), static_cast<uint8_t>(zero_point));
  }
  std::vector<uint8_t> weights;
  for (int64_t o = 0; o < shape[0]; ++o) {
    for (const int64_t ky : y.taps) {
      for (const int64_t kx : x.taps) {
        const auto from = filter.data->begin() + ((o * shape[1] + ky) * shape[2] + kx) * channels;
        weights.insert(weights.end(), from, from + channels);
      }
    }
  }
  return weights;
}

ConvGeometry phase_geometry(const graph::OpView& op, const PhaseAxis& y, const PhaseAxis& x) {
  const graph::Tensor &input = *op.input(2), &filter = *op.input(1);
  const bool empty = y.taps.empty() || x.taps.empty();
  ConvGeometry g;
  g.batch = input.shape[0];
  g.input_height = input.shape[1], g.input_width = input.shape[2], g.input_channels = input.shape[3];
  g.output_height = y.count, g.output_width = x.count, g.output_channels = filter.shape[0];
  g.kernel_height = empty ? 1 : static_cast<int64_t>(y.taps.size());
  g.kernel_width = empty ? 1 : static_cast<int64_t>(x.taps.size());
  g.pad_top = empty ? 0 : y.padding;
  g.pad_left = empty ? 0 : x.padding;
  g.input_unsigned = is_unsigned(input);
  g.weights_unsigned = is_unsigned(filter);
  g.is_16bit = is_words(input);
  g.input_zero_point = quant_params(input).zero_point;
  g.weights_zero_point = is_unsigned(filter) ? quant_params(filter).zero_point : 0;  // as in CONV_2D
  return g;
}

Operand add_phase(const graph::OpView& op, const PhaseAxis& y, const PhaseAxis& x, const Operand* whole,
                  SegmentBuilder& builder) {
  const graph::Tensor &input = *op.input(2), &filter = *op.input(1), &output = op.output(0);
  const ConvGeometry g = phase_geometry(op, y, x);
  const auto& attrs = op.attrs<graph::TransposeConvAttrs>();
  const auto range = output_range(output, attrs.activation);
  const isa::RequantizeMode mode = convolution_mode(input, op.input(3), attrs.quantized_bias_type);
  auto task = std::make_unique<ConvTask>(
      g, Requantization{mode, quant_params(output).zero_point, range.low, range.high},
      phase_filter(filter, y, x, g.weights_zero_point),
      convolution_parameters(input, filter, op.input(3), output, g.output_channels), builder.machine());
  task->inputs = {builder.view(op.op.inputs[2], Dims{g.batch, g.input_height, g.input_width, g.input_channels})};
  const Dims shape{g.batch, y.count, x.count, g.output_channels};
  task->output = whole != nullptr ? *whole : builder.temporary("a phase", shape, g.element_bytes());
  const Operand result = task->output;
  builder.add(std::move(task));
  return result;
}

}  // namespace

void lower_transpose_conv(const graph::OpView& op, SegmentBuilder& builder) {
  const auto& attrs = op.attrs<graph::TransposeConvAttrs>();
  const graph::Shape &filter = op.input(1)->shape, &out = op.output(0).shape;
  const auto axes = [&](size_t d, int32_t stride) {
    const auto window = graph::window_axis(attrs.padding, out[d], filter[d], stride, 1);
    return phase_axes(out[d], stride, filter[d], window.ok() ? window->pad_before : 0);
  };
  const auto rows = axes(1, attrs.stride_h), columns = axes(2, attrs.stride_w);
  if (rows.size() == 1 && columns.size() == 1) {
    const Operand whole = builder.view(op.op.outputs[0], Dims{out[0], out[1], out[2], out[3]});
    add_phase(op, rows[0], columns[0], &whole, builder);
    return;
  }
  // With extents that are multiples of the numbers of phases, rows and columns split into places and phases.
  const auto down = static_cast<int64_t>(rows.size()), across = static_cast<int64_t>(columns.size());
  const int64_t height = rows[0].count, width = columns[0].count, channels = out[3];
  const Dims split{out[0], height, down, width, across * channels};
  const bool even = height * down == out[1] && width * across == out[2];
  Operand result;
  if (even) {
    result = builder.view(op.op.outputs[0], split);
  } else {
    result = builder.temporary("phases", split, is_words(*op.input(2)) ? 2 : 1);
    builder.add(fill_task(result, Box::whole(split), 0));  // what is cut off is read by nobody, but has to be something
  }
  for (const PhaseAxis& y : rows) {
    for (const PhaseAxis& x : columns) {
      Operand part = add_phase(op, y, x, nullptr, builder);
      part.shape = Dims{out[0], y.count, 1, x.count, channels};
      builder.add(copy_task(part, result, {Dims{0, 0, y.phase, 0, x.phase * channels}, part.shape}));
    }
  }
  if (even) return;
  const IndexMap crop{AxisChoice::all(out[0]), AxisChoice::stepped(height * down, 0, 1, out[1]),
                      AxisChoice::stepped(width * across, 0, 1, out[2]), AxisChoice::all(channels)};
  add_selection(result, builder.view(op.op.outputs[0], Dims{graph::num_elements(out)}), crop, builder);
}

}  // namespace atl::compiler
