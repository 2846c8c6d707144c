#include "common/graph/builder.h"

#include "common/base/check.h"
#include "common/graph/shapes.h"

namespace atl::graph {

Quantization per_tensor(float scale, int64_t zero_point) {
  Quantization quant;
  quant.scale = {scale};
  quant.zero_point = {zero_point};
  return quant;
}

Quantization per_channel(std::vector<float> scales, int32_t axis) {
  Quantization quant;
  quant.zero_point.assign(scales.size(), 0);
  quant.scale = std::move(scales);
  quant.axis = axis;
  return quant;
}

GraphBuilder::GraphBuilder(std::string name) { subgraph_.name = std::move(name); }

int32_t GraphBuilder::add_tensor(Tensor tensor) {
  tensor.has_rank = true;
  subgraph_.tensors.push_back(std::move(tensor));
  return static_cast<int32_t>(subgraph_.tensors.size()) - 1;
}

Tensor& GraphBuilder::tensor(int32_t index) {
  ATOLL_CHECK(index >= 0 && static_cast<size_t>(index) < subgraph_.tensors.size(), "tensor {}", index);
  return subgraph_.tensors[static_cast<size_t>(index)];
}

int32_t GraphBuilder::add_input(std::string name, DType type, Shape shape, Quantization quant) {
  Tensor tensor;
  tensor.name = std::move(name);
  tensor.type = type;
  tensor.shape = std::move(shape);
  tensor.quant = std::move(quant);
  subgraph_.inputs.push_back(add_tensor(std::move(tensor)));
  return subgraph_.inputs.back();
}

int32_t GraphBuilder::add_constant(std::string name, DType type, Shape shape, std::vector<uint8_t> bytes,
                                   Quantization quant) {
  Tensor tensor;
  tensor.name = std::move(name);
  tensor.type = type;
  tensor.shape = std::move(shape);
  tensor.quant = std::move(quant);
  tensor.data = make_buffer(std::move(bytes));
  return add_tensor(std::move(tensor));
}

int32_t GraphBuilder::add_op(OpKind kind, Attributes attrs, std::vector<int32_t> inputs, Output output) {
  Op op;
  op.kind = kind;
  op.attrs = attrs;
  op.inputs = inputs;
  const auto shapes = infer_shapes(subgraph_, op);
  ATOLL_CHECK(shapes.ok(), "{} {}: {}", op_info(kind).name, output.name, shapes.error().text());
  ATOLL_CHECK((*shapes)[0].has_value(), "the shape of {} is known only when the model runs", output.name);
  Tensor tensor;
  tensor.name = std::move(output.name);
  tensor.type = output.type;
  tensor.shape = *(*shapes)[0];
  tensor.quant = std::move(output.quant);
  return add_op(kind, std::move(attrs), std::move(inputs), std::vector{std::move(tensor)});
}

int32_t GraphBuilder::add_op(OpKind kind, Attributes attrs, std::vector<int32_t> inputs, std::vector<Tensor> outputs) {
  Op op;
  op.kind = kind;
  op.builtin_code = op_info(kind).builtin_code;
  op.attrs = std::move(attrs);
  op.inputs = std::move(inputs);
  return add_unknown_op(std::move(op), std::move(outputs));
}

int32_t GraphBuilder::add_unknown_op(Op op, std::vector<Tensor> outputs) {
  ATOLL_CHECK(op.builtin_code >= 0, "an operator needs a builtin code");
  for (Tensor& output : outputs) op.outputs.push_back(add_tensor(std::move(output)));
  const int32_t first = op.outputs.empty() ? kNoTensor : op.outputs.front();
  subgraph_.ops.push_back(std::move(op));
  return first;
}

int32_t GraphBuilder::conv2d(int32_t input, int32_t filter, int32_t bias, Conv2DAttrs attrs, Output output) {
  return add_op(OpKind::kConv2D, attrs, {input, filter, bias}, std::move(output));
}

int32_t GraphBuilder::depthwise_conv2d(int32_t input, int32_t filter, int32_t bias, DepthwiseConv2DAttrs attrs,
                                       Output output) {
  attrs.depth_multiplier = tensor(filter).shape.at(3) / tensor(input).shape.at(3);
  return add_op(OpKind::kDepthwiseConv2D, attrs, {input, filter, bias}, std::move(output));
}

int32_t GraphBuilder::fully_connected(int32_t input, int32_t weights, int32_t bias, FullyConnectedAttrs attrs,
                                      Output output) {
  return add_op(OpKind::kFullyConnected, attrs, {input, weights, bias}, std::move(output));
}

int32_t GraphBuilder::pool2d(OpKind kind, int32_t input, Pool2DAttrs attrs, Output output) {
  return add_op(kind, attrs, {input}, std::move(output));
}

int32_t GraphBuilder::add(int32_t a, int32_t b, AddAttrs attrs, Output output) {
  return add_op(OpKind::kAdd, attrs, {a, b}, std::move(output));
}

int32_t GraphBuilder::concatenation(std::vector<int32_t> parts, int32_t axis, Output output) {
  return add_op(OpKind::kConcatenation, ConcatenationAttrs{axis, Activation::kNone}, std::move(parts),
                std::move(output));
}

int32_t GraphBuilder::softmax(int32_t input, Output output, float beta) {
  return add_op(OpKind::kSoftmax, SoftmaxAttrs{beta}, {input}, std::move(output));
}

int32_t GraphBuilder::reshape(int32_t input, const std::vector<int32_t>& shape, Output output) {
  const int32_t constant = add_constant(output.name + "/shape", {static_cast<int32_t>(shape.size())}, shape);
  return add_op(OpKind::kReshape, ReshapeAttrs{shape}, {input, constant}, std::move(output));
}

int32_t GraphBuilder::pad(int32_t input, const std::vector<int32_t>& paddings, Output output) {
  const int32_t constant =
      add_constant(output.name + "/paddings", {static_cast<int32_t>(paddings.size() / 2), 2}, paddings);
  return add_op(OpKind::kPad, NoAttrs{}, {input, constant}, std::move(output));
}

int32_t GraphBuilder::mean(int32_t input, const std::vector<int32_t>& axes, bool keep_dims, Output output) {
  const int32_t constant = add_constant(output.name + "/axes", {static_cast<int32_t>(axes.size())}, axes);
  return add_op(OpKind::kMean, ReduceAttrs{keep_dims}, {input, constant}, std::move(output));
}

int32_t GraphBuilder::unary(OpKind kind, int32_t input, Output output) {
  return add_op(kind, NoAttrs{}, {input}, std::move(output));
}

void GraphBuilder::mark_output(int32_t index) {
  tensor(index);  // checks the index
  subgraph_.outputs.push_back(index);
}

Model GraphBuilder::finish() {
  Model model;
  model.description = "made by Atoll";
  model.subgraphs.push_back(std::move(subgraph_));
  subgraph_ = {};
  return model;
}

}  // namespace atl::graph
