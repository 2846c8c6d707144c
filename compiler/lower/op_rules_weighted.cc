// Rules of convolutions and matrix products.
#include "compiler/lower/op_rule_parts.h"

namespace atl::compiler::rules {
namespace {

constexpr int64_t kMaxExtent = 65535;  // of a tensor's axis: instruction fields of 16 bits
constexpr int64_t kMaxPhases = 64;     // of a transposed convolution: as many convolutions
// Of a matrix product's operands: a row of each has to fit the smallest SRAM.
constexpr int64_t kMaxProductExtent = 1024;
// Of the magnitudes of an output channel's weights: times the largest low byte, 255, it stays within 32 bits.
constexpr int64_t kMaxWeightSum = ((int64_t{1} << 31) - 1) / 255;

// Of a weighted operator's activation.
size_t data_position(const OpView& op) { return op.op.kind == OpKind::kTransposeConv ? 2 : 0; }

Seen weights_not_constant(const OpView& op) {
  const Tensor& weights = *op.input(1);
  if (!weights.is_constant()) return std::string("the weights are computed");
  const DType data = op.input(data_position(op))->type;
  if (weights.type != (data == DType::kInt16 ? DType::kInt8 : data))
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

Seen other_bias(const OpView& op) {
  const Tensor* bias = op.input(op.op.kind == OpKind::kTransposeConv ? 3 : 2);
  if (bias == nullptr) return {};
  const bool long_one = bias->type == DType::kInt64 && is_words(*op.input(data_position(op)));
  if (bias->is_constant() && (bias->type == DType::kInt32 || long_one)) return {};
  return bias->is_constant() ? fmt::format("the bias is {}", graph::dtype_name(bias->type))
                             : std::string("the bias is computed");
}

Seen words_with_zero_point(const OpView& op) {
  return first_activation(op, [](const Tensor& t) -> Seen {
    if (!is_words(t) || quant_params(t).zero_point == 0) return {};
    return fmt::format("has {}", quant_params(t).zero_point);
  });
}

// The sum of the magnitudes of `channel`'s weights, of `channels`.
int64_t weight_sum(const OpView& op, int64_t channel, int64_t channels) {
  const Tensor& weights = *op.input(1);
  const bool innermost = op.op.kind == OpKind::kDepthwiseConv2D;
  const bool symmetric = op.op.kind != OpKind::kFullyConnected || weights.quant.per_channel();
  const int32_t zero_point = symmetric ? 0 : quant_params(weights).zero_point;
  const int64_t count = graph::num_elements(weights.shape) / channels;
  int64_t sum = 0;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t at = innermost ? i * channels + channel : channel * count + i;
    sum += std::abs(static_cast<int8_t>((*weights.data)[static_cast<size_t>(at)]) - zero_point);
  }
  return sum;
}

Seen heavy_weights(const OpView& op) {
  if (!is_words(*op.input(data_position(op)))) return {};
  const graph::Shape& shape = op.input(1)->shape;
  const int64_t channels = op.op.kind == OpKind::kDepthwiseConv2D ? shape.back() : shape.front();
  constexpr int64_t kLargest = 255;  // magnitude of a weight
  if (graph::num_elements(shape) / channels * kLargest <= kMaxWeightSum) return {};
  for (int64_t c = 0; c < channels; ++c) {
    if (const int64_t sum = weight_sum(op, c, channels); sum > kMaxWeightSum)
      return fmt::format("they add up to {}", sum);
  }
  return {};
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
      {kWeighted, "weights must be constants of the input's type, of int16 input int8, with scales",
       weights_not_constant},
      {kWeighted, "weights must have one scale, or if int8 one for each output channel", weights_of_many_scales},
      {kWeighted, "the bias must be an int32 constant, of int16 input perhaps int64, or left out", other_bias},
      {kWeighted, fmt::format("axes must have at most {} elements", kMaxExtent), long_axis},
      {kWeighted, "int16 activations must have zero point 0", words_with_zero_point},
      {kWeighted,
       fmt::format("under int16 input the magnitudes of an output channel's weights must add up to at most {}",
                   kMaxWeightSum),
       heavy_weights},
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
