// CONCATENATION, PACK, PAD, PADV2, RESHAPE, EXPAND_DIMS and SQUEEZE: bytes go elsewhere, or nowhere at all.
#include <cstring>

#include "common/numerics/rounding.h"
#include "compiler/lower/byte_map.h"
#include "compiler/lower/lowering.h"
#include "compiler/lower/quantization.h"

namespace atl::compiler {
namespace {

// uint8 operands may have another scale than the output: with s = float32(si * float32(1 / so)),
// y = clamp(round_half_away(float32(q * s) + float32(-zi * s)) + zo).
ByteTable concatenation_table(const graph::Tensor& input, const graph::Tensor& output) {
  ByteTable table{};
  const bool rescale = quant_params(input) != quant_params(output);
  const float scale = rescale ? quant_params(input).scale * (1.0f / quant_params(output).scale) : 1.0f;
  const float bias = rescale ? static_cast<float>(-quant_params(input).zero_point) * scale : 0.0f;
  for (size_t q = 0; q < table.size(); ++q) {
    table[q] = static_cast<uint8_t>(q);
    if (!rescale) continue;
    const int64_t y =
        int64_t{numerics::round_half_away(static_cast<float>(q) * scale + bias)} + quant_params(output).zero_point;
    table[q] = numerics::saturate<uint8_t>(y);
  }
  return table;
}

// Axes that are not padded, merged with the padded one before them: (extent, before, after) outermost first.
struct PadAxis {
  int64_t input, before, after;
};
std::vector<PadAxis> pad_axes(const graph::Shape& shape, const std::vector<int64_t>& paddings) {
  std::vector<PadAxis> axes;
  for (size_t d = 0; d < shape.size(); ++d) {
    const PadAxis axis{shape[d], paddings[2 * d], paddings[2 * d + 1]};
    const bool plain = axis.before == 0 && axis.after == 0;
    if (plain && !axes.empty()) {
      // Padding of the outer axis counts in units of everything inside it.
      axes.back().input *= axis.input, axes.back().before *= axis.input, axes.back().after *= axis.input;
    } else {
      axes.push_back(axis);
    }
  }
  if (axes.empty()) axes.push_back({1, 0, 0});
  return axes;
}

// The padding's element: stated, or the zero point, 0 without scales.
int32_t padding_value(const graph::OpView& op) {
  if (op.op.kind != graph::OpKind::kPadV2) {
    return op.output(0).quant.present() ? quant_params(op.output(0)).zero_point : 0;
  }
  int32_t value = 0;
  std::memcpy(&value, op.input(2)->data->data(), static_cast<size_t>(graph::dtype_bits(op.input(2)->type) / 8));
  return value;
}

}  // namespace

void lower_concatenation(const graph::OpView& op, SegmentBuilder& builder) {
  const graph::Tensor& output = op.output(0);
  const int32_t rank = static_cast<int32_t>(output.shape.size());
  const int32_t stated = op.attrs<graph::ConcatenationAttrs>().axis;
  const int32_t axis = stated < 0 ? stated + rank : stated;
  int64_t outer = 1;
  for (int32_t d = 0; d < axis; ++d) outer *= output.shape[static_cast<size_t>(d)];
  const Operand result = builder.view(op.op.outputs[0], Dims{outer, graph::num_elements(output.shape) / outer});
  int64_t offset = 0;
  for (size_t i = 0; i < op.op.inputs.size(); ++i) {
    const int64_t run = graph::num_elements(op.input(i)->shape) / outer;
    const Box region{Dims{0, offset}, Dims{outer, run}};
    const Operand part = builder.view(op.op.inputs[i], Dims{outer, run});
    builder.add(is_unsigned(output) ? table_task(part, result, region, concatenation_table(*op.input(i), output))
                                    : copy_task(part, result, region));
    offset += run;
  }
}

void lower_pack(const graph::OpView& op, SegmentBuilder& builder) {
  const graph::Shape& shape = op.output(0).shape;
  const int32_t stated = op.attrs<graph::PackAttrs>().axis;
  const auto axis = static_cast<size_t>(stated < 0 ? stated + static_cast<int32_t>(shape.size()) : stated);
  int64_t outer = 1;
  for (size_t d = 0; d < axis; ++d) outer *= shape[d];
  const int64_t run = graph::num_elements(op.input(0)->shape) / outer;
  const auto count = static_cast<int64_t>(op.op.inputs.size());
  const Operand result = builder.view(op.op.outputs[0], Dims{outer, count * run});
  for (int64_t i = 0; i < count; ++i) {
    const Operand part = builder.view(op.op.inputs[static_cast<size_t>(i)], Dims{outer, run});
    builder.add(copy_task(part, result, {Dims{0, i * run}, Dims{outer, run}}));
  }
}

void lower_pad(const graph::OpView& op, SegmentBuilder& builder) {
  const graph::Tensor& input = *op.input(0);
  const auto paddings = *graph::constant_integers(*op.input(1));
  Dims in, out, before;
  for (const PadAxis& axis : pad_axes(input.shape, paddings)) {
    in.push_back(axis.input);
    before.push_back(axis.before);
    out.push_back(axis.before + axis.input + axis.after);
  }
  const Operand result = builder.view(op.op.outputs[0], out);
  builder.add(fill_task(result, Box::whole(out), padding_value(op)));
  builder.add(copy_task(builder.view(op.op.inputs[0], in), result, {before, in}));
}

void lower_reshape(const graph::OpView& op, SegmentBuilder& builder) {
  if (builder.alias(op.op.inputs[0], op.op.outputs[0])) return;
  const Dims shape{graph::num_elements(op.output(0).shape)};
  builder.add(
      copy_task(builder.view(op.op.inputs[0], shape), builder.view(op.op.outputs[0], shape), Box::whole(shape)));
}

}  // namespace atl::compiler
