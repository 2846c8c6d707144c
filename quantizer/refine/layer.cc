#include "quantizer/refine/layer.h"

#include <algorithm>

#include "common/kernels/interface/im2col.h"
#include "quantizer/plan/float_operands.h"

namespace atl::quantizer {

std::optional<Layer> Layer::of(const graph::Subgraph& subgraph, size_t index) {
  using graph::OpKind;
  const graph::Op& op = subgraph.ops[index];
  if (op.kind != OpKind::kConv2D && op.kind != OpKind::kDepthwiseConv2D && op.kind != OpKind::kFullyConnected) {
    return std::nullopt;
  }
  const WeightedOperands at = weighted_operands(op.kind);
  const graph::Tensor& input = tensor_at(subgraph, op.inputs[at.input]);
  const graph::Tensor& weights = tensor_at(subgraph, op.inputs[at.weights]);
  const graph::Tensor& output = tensor_at(subgraph, op.outputs[0]);
  if (!weights.is_constant() || !weights.plain || graph::num_elements(weights.shape) == 0) return std::nullopt;
  Layer layer;
  if (op.kind == OpKind::kFullyConnected) {
    layer.is_dense_ = true;
    layer.channels_ = weights.shape[0];
    layer.depth_ = weights.shape[1];
    layer.positions_ = graph::num_elements(input.shape) / layer.depth_;
    return layer;
  }
  const auto [height, width] = std::pair(weights.shape[1], weights.shape[2]);
  if (const auto* conv = std::get_if<graph::Conv2DAttrs>(&op.attrs)) {
    layer.window_ =
        kernels::make_window(input, output, conv->padding,
                             {conv->stride_h, conv->stride_w, height, width, conv->dilation_h, conv->dilation_w});
    layer.in_of_group_ = weights.shape[3];
    layer.groups_ = input.shape[3] / weights.shape[3];
  } else {
    const auto& depthwise = std::get<graph::DepthwiseConv2DAttrs>(op.attrs);
    layer.window_ = kernels::make_window(
        input, output, depthwise.padding,
        {depthwise.stride_h, depthwise.stride_w, height, width, depthwise.dilation_h, depthwise.dilation_w});
    layer.channels_last_ = true;
    layer.in_of_group_ = 1;
    layer.groups_ = input.shape[3];
  }
  layer.channels_ = output.shape[3];
  layer.depth_ = int64_t{height} * width * layer.in_of_group_;
  layer.positions_ = layer.window_.batch * layer.window_.y.output * layer.window_.x.output;
  return layer;
}

void Layer::patch(const float* input, int64_t group, int64_t position, float* values) const {
  if (is_dense_) {
    std::copy_n(input + position * depth_, depth_, values);
    return;
  }
  const auto copy = [](const float* from, float* to, int64_t count) { std::copy_n(from, count, to); };
  kernels::im2col(window_, input, {group * in_of_group_, in_of_group_}, position, 1, depth_, values, copy);
}

}  // namespace atl::quantizer
