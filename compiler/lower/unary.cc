// Functions of one byte as tables: RELU, RELU6 and QUANTIZE between 8-bit types.
#include "common/numerics/multiplier.h"
#include "compiler/lower/byte_map.h"
#include "compiler/lower/lowering.h"
#include "compiler/lower/quantization.h"

namespace atl::compiler {
namespace {

// y = clamp(M(q - zi) + zo) for each of the input type's values.
ByteTable rescaling_table(const graph::OpView& op, numerics::Multiplier multiplier, numerics::IntRange range) {
  const graph::Tensor &input = *op.input(0), &output = op.output(0);
  ByteTable table{};
  for (int i = 0; i < 256; ++i) {
    const int32_t q = is_unsigned(input) ? i : static_cast<int8_t>(i);
    const int64_t scaled = numerics::multiply_by_quantized_multiplier(q - quant_params(input).zero_point, multiplier);
    const int64_t y = scaled + quant_params(output).zero_point;
    table[static_cast<size_t>(i)] = static_cast<uint8_t>(range.clamp(numerics::saturate<int32_t>(y)));
  }
  return table;
}

void add_table(const graph::OpView& op, const ByteTable& table, SegmentBuilder& builder) {
  const Dims shape{graph::num_elements(op.output(0).shape)};
  builder.add(table_task(builder.view(op.op.inputs[0], shape), builder.view(op.op.outputs[0], shape), Box::whole(shape),
                         table));
}

}  // namespace

void lower_relu(const graph::OpView& op, SegmentBuilder& builder) {
  const auto activation = op.op.kind == graph::OpKind::kRelu ? graph::Activation::kRelu : graph::Activation::kRelu6;
  // The quotient of the scales is a float32 in the reference.
  const float ratio = quant_params(*op.input(0)).scale / quant_params(op.output(0)).scale;
  const auto multiplier = numerics::quantize_multiplier(static_cast<double>(ratio));
  add_table(op, rescaling_table(op, multiplier, output_range(op.output(0), activation)), builder);
}

void lower_quantize(const graph::OpView& op, SegmentBuilder& builder) {
  const double ratio =
      static_cast<double>(quant_params(*op.input(0)).scale) / static_cast<double>(quant_params(op.output(0)).scale);
  add_table(op, rescaling_table(op, numerics::quantize_multiplier(ratio), type_range(op.output(0))), builder);
}

}  // namespace atl::compiler
