// CONV_2D and DEPTHWISE_CONV_2D: the array, and the output stage with 31-bit multipliers.
#include "common/graph/window.h"
#include "compiler/lower/lowering.h"
#include "compiler/lower/parameters.h"
#include "compiler/lower/quantization.h"
#include "compiler/tasks/conv_task.h"

namespace atl::compiler {
namespace {

Dims nhwc(const graph::Tensor& tensor) {
  return Dims{tensor.shape[0], tensor.shape[1], tensor.shape[2], tensor.shape[3]};
}

template <typename Attrs>
ConvGeometry geometry_of(const graph::OpView& op, int64_t kernel_height, int64_t kernel_width) {
  const auto& attrs = op.attrs<Attrs>();
  const graph::Tensor &input = *op.input(0), &weights = *op.input(1), &output = op.output(0);
  const auto axis = [&](int d, int64_t kernel, int32_t stride, int32_t dilation) {
    return graph::window_axis(attrs.padding, input.shape[d], static_cast<int32_t>(kernel), stride, dilation).value();
  };
  ConvGeometry g;
  g.batch = input.shape[0];
  g.input_height = input.shape[1], g.input_width = input.shape[2], g.input_channels = input.shape[3];
  g.output_height = output.shape[1], g.output_width = output.shape[2], g.output_channels = output.shape[3];
  g.kernel_height = kernel_height, g.kernel_width = kernel_width;
  g.stride_y = attrs.stride_h, g.stride_x = attrs.stride_w;
  g.dilation_y = attrs.dilation_h, g.dilation_x = attrs.dilation_w;
  g.pad_top = axis(1, kernel_height, attrs.stride_h, attrs.dilation_h).pad_before;
  g.pad_left = axis(2, kernel_width, attrs.stride_w, attrs.dilation_w).pad_before;
  g.input_unsigned = is_unsigned(input);
  g.weights_unsigned = is_unsigned(weights);
  g.is_16bit = is_words(input);
  g.input_zero_point = quant_params(input).zero_point;
  // The reference takes int8 weights as symmetric, whatever zero point they carry.
  g.weights_zero_point = is_unsigned(weights) ? quant_params(weights).zero_point : 0;
  return g;
}

void add_task(const graph::OpView& op, const ConvGeometry& geometry, graph::Activation activation,
              graph::DType bias_type, SegmentBuilder& builder) {
  const graph::Tensor& output = op.output(0);
  const numerics::IntRange range = output_range(output, activation);
  const isa::RequantizeMode mode = convolution_mode(*op.input(0), op.input(2), bias_type);
  const Requantization requantization{mode, quant_params(output).zero_point, range.low, range.high};
  auto parameters = convolution_parameters(*op.input(0), *op.input(1), op.input(2), output, geometry.output_channels);
  auto task = std::make_unique<ConvTask>(geometry, requantization, *op.input(1)->data, std::move(parameters),
                                         builder.machine());
  task->inputs = {builder.view(op.op.inputs[0], nhwc(*op.input(0)))};
  task->output = builder.view(op.op.outputs[0], nhwc(output));
  builder.add(std::move(task));
}

}  // namespace

void lower_conv_2d(const graph::OpView& op, SegmentBuilder& builder) {
  const graph::Shape& filter = op.input(1)->shape;  // O H W I
  ConvGeometry g = geometry_of<graph::Conv2DAttrs>(op, filter[1], filter[2]);
  g.groups = g.input_channels / filter[3];
  add_task(op, g, op.attrs<graph::Conv2DAttrs>().activation, op.attrs<graph::Conv2DAttrs>().quantized_bias_type,
           builder);
}

void lower_depthwise_conv_2d(const graph::OpView& op, SegmentBuilder& builder) {
  const graph::Shape& filter = op.input(1)->shape;  // 1 H W O
  ConvGeometry g = geometry_of<graph::DepthwiseConv2DAttrs>(op, filter[1], filter[2]);
  g.depthwise = true;
  add_task(op, g, op.attrs<graph::DepthwiseConv2DAttrs>().activation, graph::DType::kFloat32, builder);
}

}  // namespace atl::compiler
