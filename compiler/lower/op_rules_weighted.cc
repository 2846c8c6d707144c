// Rules of convolutions and matrix products.
#include "compiler/lower/op_rule_parts.h"

namespace atl::compiler::rules {
namespace {

constexpr int64_t kMaxExtent = 65535;  // of a tensor's axis: instruction fields of 16 bits
constexpr int64_t kMaxPhases = 64;     // of a transposed convolution: as many convolutions
// Of a matrix product's operands: a row of each has to fit the smallest SRAM.
constexpr int64_t kMaxProductExtent = 1024;

// Of a weighted operator's activation.
size_t data_position(const OpView& op) { return op.op.kind == OpKind::kTransposeConv ? 2 : 0; }

Seen weights_not_constant(const OpView& op) {
  const Tensor& weights = *op.input(1);
  if (!weights.is_constant()) return std::string("the weights are computed");
  if (weights.type != op.input(data_position(op))->type)
    return fmt::format("the weights are {}", graph::dtype_name(weights.type));
  if (!weights.quant.present()) return std::string("the weights have no scale");
  return {};
}

Seen weights_of_many_scales(const OpView& op) {
  const Tensor& weights = *op.input(1);
  if (!weights.quant.per_channel()) return {};
  const auto channels =
      static_cast<size_t>(op.op.kind == OpKind::kDepthwiseConv2D ? weights.shape.back() : weights.shape.front());
  if (weights.type == DType::kInt8 && weights.quant.scale.size() == channels) return {};
  return fmt::format("{} weights with {} scales for {} channels", graph::dtype_name(weights.type),
                     weights.quant.scale.size(), channels);
}

Seen bias_not_int32(const OpView& op) {
  const Tensor* bias = op.input(op.op.kind == OpKind::kTransposeConv ? 3 : 2);
  if (bias == nullptr || (bias->is_constant() && bias->type == DType::kInt32)) return {};
  return bias->is_constant() ? fmt::format("the bias is {}", graph::dtype_name(bias->type))
                             : std::string("the bias is computed");
}

Seen long_axis(const OpView& op) {
  return first_activation(op, [](const Tensor& t) -> Seen {
    for (int32_t extent : t.shape) {
      if (extent > kMaxExtent) return fmt::format("is {}", graph::shape_text(t.shape));
    }
    return {};
  });
}

template <typename Attrs>
Seen wide_step_of(const Attrs& attrs) {
  for (int32_t step : {attrs.stride_h, attrs.stride_w, attrs.dilation_h, attrs.dilation_w}) {
    if (step > kMaxExtent) return fmt::format("one is {}", step);
  }
  return {};
}

Seen wide_step(const OpView& op) {
  if (op.op.kind == OpKind::kConv2D) return wide_step_of(op.attrs<graph::Conv2DAttrs>());
  return wide_step_of(op.attrs<graph::DepthwiseConv2DAttrs>());
}

Seen wide_filter(const OpView& op) {
  for (int32_t extent : op.input(1)->shape) {
    if (extent > kMaxExtent) return fmt::format("it is {}", graph::shape_text(op.input(1)->shape));
  }
  return {};
}

Seen output_shape_not_constant(const OpView& op) {
  if (op.input(0) != nullptr && op.input(0)->is_constant()) return {};
  return std::string("it is computed");
}

Seen many_phases(const OpView& op) {
  const auto& attrs = op.attrs<graph::TransposeConvAttrs>();
  const graph::Shape& out = op.output(0).shape;
  const int64_t phases = int64_t{std::min(attrs.stride_h, out[1])} * std::min(attrs.stride_w, out[2]);
  if (phases <= kMaxPhases) return {};
  return fmt::format("there are {}", phases);
}

Seen shuffled(const OpView& op) {
  if (!op.attrs<graph::FullyConnectedAttrs>().shuffled_weights) return {};
  return std::string("they are shuffled");
}

Seen many_matrices(const OpView& op) {
  const graph::Shape& out = op.output(0).shape;
  const int64_t matrices = graph::num_elements(out) / (int64_t{out[out.size() - 2]} * out.back());
  if (matrices <= kMaxCopies) return {};
  return fmt::format("there are {}", matrices);
}

Seen deep_matrices(const OpView& op) {
  for (size_t i = 0; i < 2; ++i) {
    for (const int32_t extent : op.input(i)->shape) {
      if (extent > kMaxProductExtent) return fmt::format("input {} is {}", i, graph::shape_text(op.input(i)->shape));
    }
  }
  return {};
}

}  // namespace

std::vector<OpRule> weighted_rules() {
  return {
      {kWeighted, "weights must be constants of the input's type with scales", weights_not_constant},
      {kWeighted, "weights must have one scale, or if int8 one for each output channel", weights_of_many_scales},
      {kWeighted, "the bias must be an int32 constant or left out", bias_not_int32},
      {kWeighted, fmt::format("axes must have at most {} elements", kMaxExtent), long_axis},
      {kConvolutions, fmt::format("strides and dilations must be at most {}", kMaxExtent), wide_step},
      {kWindows, fmt::format("no extent of the filter may exceed {}", kMaxExtent), wide_filter},
      {{OpKind::kTransposeConv}, "the output's shape must be a constant", output_shape_not_constant},
      {{OpKind::kTransposeConv}, fmt::format("the strides must make at most {} phases", kMaxPhases), many_phases},
      {{OpKind::kFullyConnected}, "weights must be stored in order", shuffled},
      {{OpKind::kBatchMatMul}, fmt::format("there must be at most {} matrices", kMaxCopies), many_matrices},
      {{OpKind::kBatchMatMul}, fmt::format("axes must have at most {} elements", kMaxProductExtent), deep_matrices},
  };
}

}  // namespace atl::compiler::rules
