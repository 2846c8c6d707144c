// Convolutions, poolings, matrix product.
#include "common/graph/shape_rules.h"
#include "common/graph/window.h"

namespace atl::graph::shape_rules {

namespace {

// Height and width after a sliding window.
Result<Shape> windowed(const Shape& input, int32_t filter_h, int32_t filter_w, Padding padding, int32_t stride_h,
                       int32_t stride_w, int32_t dilation_h, int32_t dilation_w, int32_t channels) {
  ATOLL_ASSIGN(const WindowAxis height, window_axis(padding, input[1], filter_h, stride_h, dilation_h));
  ATOLL_ASSIGN(const WindowAxis width, window_axis(padding, input[2], filter_w, stride_w, dilation_w));
  return Shape{input[0], height.output, width.output, channels};
}

// A bias, if there is one, has one element a channel.
Status check_bias(const OpView& op, int32_t channels) {
  const Tensor* bias = op.input(2);
  if (bias == nullptr || checked_num_elements(bias->shape) == channels) return {};
  return invalid("its bias has shape {}; the weights have {} output channels", shape_text(bias->shape), channels);
}

}  // namespace

Inferred convolution(const OpView& op) {
  const auto& attrs = op.attrs<Conv2DAttrs>();
  ATOLL_ASSIGN(const Tensor* input, ranked(op, 0, "input", 4));
  ATOLL_ASSIGN(const Tensor* filter, ranked(op, 1, "filter", 4));
  const Shape& shape = filter->shape;  // O H W I
  const int32_t groups = input->shape[3] / shape[3];
  if (input->shape[3] % shape[3] != 0 || shape[0] % groups != 0) {
    return invalid("its filter {} (O x H x W x I) does not divide the {} input channels into groups", shape_text(shape),
                   input->shape[3]);
  }
  ATOLL_TRY(check_bias(op, shape[0]));
  ATOLL_ASSIGN(Shape output, windowed(input->shape, shape[1], shape[2], attrs.padding, attrs.stride_h, attrs.stride_w,
                                      attrs.dilation_h, attrs.dilation_w, shape[0]));
  return std::optional(std::move(output));
}

Inferred depthwise_convolution(const OpView& op) {
  const auto& attrs = op.attrs<DepthwiseConv2DAttrs>();
  ATOLL_ASSIGN(const Tensor* input, ranked(op, 0, "input", 4));
  ATOLL_ASSIGN(const Tensor* filter, ranked(op, 1, "filter", 4));
  const Shape& shape = filter->shape;  // 1 H W O
  if (shape[0] != 1 || shape[3] % input->shape[3] != 0) {
    return invalid("its filter {} is not 1 x H x W x a multiple of the {} input channels", shape_text(shape),
                   input->shape[3]);
  }
  ATOLL_TRY(check_bias(op, shape[3]));
  ATOLL_ASSIGN(Shape output, windowed(input->shape, shape[1], shape[2], attrs.padding, attrs.stride_h, attrs.stride_w,
                                      attrs.dilation_h, attrs.dilation_w, shape[3]));
  return std::optional(std::move(output));
}

Inferred pooling(const OpView& op) {
  const auto& attrs = op.attrs<Pool2DAttrs>();
  ATOLL_ASSIGN(const Tensor* input, ranked(op, 0, "input", 4));
  ATOLL_ASSIGN(Shape output, windowed(input->shape, attrs.filter_h, attrs.filter_w, attrs.padding, attrs.stride_h,
                                      attrs.stride_w, 1, 1, input->shape[3]));
  return std::optional(std::move(output));
}

Inferred fully_connected(const OpView& op) {
  const auto& attrs = op.attrs<FullyConnectedAttrs>();
  ATOLL_ASSIGN(const Tensor* input, needed(op, 0, "input"));
  ATOLL_ASSIGN(const Tensor* weights, ranked(op, 1, "weights", 2));
  const int32_t units = weights->shape[0];
  const int32_t depth = weights->shape[1];
  const int64_t elements = checked_num_elements(input->shape).value_or(0);
  if (elements == 0 || elements % depth != 0) {
    return invalid("its input {} does not consist of rows of {} elements, as the weights {} need",
                   shape_text(input->shape), depth, shape_text(weights->shape));
  }
  ATOLL_TRY(check_bias(op, units));
  if (!attrs.keep_num_dims) {
    if (elements / depth > kMaxTensorElements) return invalid("its input has {} rows", elements / depth);
    return std::optional(Shape{static_cast<int32_t>(elements / depth), units});
  }
  if (input->shape.empty() || input->shape.back() != depth) {
    return invalid("its input {} keeps its axes, so the last one must have the {} elements of the weights' rows",
                   shape_text(input->shape), depth);
  }
  Shape output = input->shape;
  output.back() = units;
  return std::optional(std::move(output));
}

Inferred transpose_convolution(const OpView& op) {
  ATOLL_ASSIGN(const auto requested, steering(op, 0, "output shape"));
  ATOLL_ASSIGN(const Tensor* weights, ranked(op, 1, "filter", 4));  // O H W I
  ATOLL_ASSIGN(const Tensor* input, ranked(op, 2, "input", 4));
  if (weights->shape[3] != input->shape[3]) {
    return invalid("its filter {} (O x H x W x I) is for {} input channels, and its input {} has {}",
                   shape_text(weights->shape), weights->shape[3], shape_text(input->shape), input->shape[3]);
  }
  if (const Tensor* bias = op.input(3); bias != nullptr && checked_num_elements(bias->shape) != weights->shape[0]) {
    return invalid("its bias has shape {}; the weights have {} output channels", shape_text(bias->shape),
                   weights->shape[0]);
  }
  if (!requested) return std::optional<Shape>();
  if (requested->size() != 4) return invalid("its output shape has {} extents; 4 are needed", requested->size());
  Shape output;
  for (const int64_t value : *requested) {
    ATOLL_ASSIGN(const int32_t one, extent(value));
    output.push_back(one);
  }
  if (checked_num_elements(output).value_or(0) == 0) {
    return invalid("its output shape is {}; there is nothing to compute", shape_text(output));
  }
  const auto& attrs = op.attrs<TransposeConvAttrs>();
  // The convolution that this is the gradient of must lead from the output back to the input.
  ATOLL_ASSIGN(const Shape back, windowed(output, weights->shape[1], weights->shape[2], attrs.padding, attrs.stride_h,
                                          attrs.stride_w, 1, 1, weights->shape[3]));
  if (back != input->shape || output[3] != weights->shape[0]) {
    return invalid("its output shape {} does not belong to its input {}, filter {}, padding and stride",
                   shape_text(output), shape_text(input->shape), shape_text(weights->shape));
  }
  return std::optional(std::move(output));
}

Inferred batch_matmul(const OpView& op) {
  const auto& attrs = op.attrs<BatchMatMulAttrs>();
  ATOLL_ASSIGN(const Tensor* x, needed(op, 0, "first operand"));
  ATOLL_ASSIGN(const Tensor* y, needed(op, 1, "second operand"));
  if (x->shape.size() < 2 || y->shape.size() < 2) {
    return invalid("its operands are {} and {}; both need two axes or more", shape_text(x->shape),
                   shape_text(y->shape));
  }
  const auto matrix = [](const Shape& shape, bool adjoint) {
    const int32_t rows = shape[shape.size() - 2], columns = shape.back();
    return adjoint ? std::pair(columns, rows) : std::pair(rows, columns);
  };
  const auto [rows, depth] = matrix(x->shape, attrs.adj_x);
  const auto [depth_y, columns] = matrix(y->shape, attrs.adj_y);
  if (depth != depth_y) {
    return invalid("its operands {} and {} have {} and {} elements to sum over", shape_text(x->shape),
                   shape_text(y->shape), depth, depth_y);
  }
  ATOLL_ASSIGN(Shape output,
               broadcast_shape({x->shape.begin(), x->shape.end() - 2}, {y->shape.begin(), y->shape.end() - 2}));
  output.push_back(rows);
  output.push_back(columns);
  return std::optional(std::move(output));
}

Inferred embedding_lookup(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* ids, needed(op, 0, "indices"));
  ATOLL_ASSIGN(const Tensor* table, needed(op, 1, "table"));
  if (ids->shape.size() != 1 || table->shape.size() < 2) {
    return invalid("its indices are {} and its table {}; one axis, and two or more are needed", shape_text(ids->shape),
                   shape_text(table->shape));
  }
  Shape output = table->shape;
  output[0] = ids->shape[0];
  return std::optional(std::move(output));
}

}  // namespace atl::graph::shape_rules
