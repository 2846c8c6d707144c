#include "common/graph/shapes.h"

#include <algorithm>

#include "common/graph/attribute_rules.h"
#include "common/graph/op_view.h"
#include "common/graph/window.h"

namespace atl::graph {
namespace {

using Inferred = Result<std::optional<Shape>>;

template <typename... Args>
Error invalid(fmt::format_string<Args...> format, Args&&... args) {
  return make_error(ErrorCode::kInvalid, format, std::forward<Args>(args)...);
}

// A needed input, as a pointer that is not null.
Result<const Tensor*> needed(const OpView& op, size_t position, const char* what) {
  const Tensor* tensor = op.input(position);
  if (tensor == nullptr) return invalid("its input {} ({}) is left out", position, what);
  return tensor;
}

// A needed input of this rank with at least one element.
Result<const Tensor*> ranked(const OpView& op, size_t position, const char* what, size_t rank) {
  ATOLL_ASSIGN(const Tensor* tensor, needed(op, position, what));
  if (tensor->shape.size() != rank) {
    return invalid("its {} has shape {}; {} axes are needed", what, shape_text(tensor->shape), rank);
  }
  if (checked_num_elements(tensor->shape).value_or(0) == 0) {
    return invalid("its {} has shape {}; there is nothing to compute with", what, shape_text(tensor->shape));
  }
  return tensor;
}

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

Inferred broadcast(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* a, needed(op, 0, "first operand"));
  ATOLL_ASSIGN(const Tensor* b, needed(op, 1, "second operand"));
  const size_t rank = std::max(a->shape.size(), b->shape.size());
  Shape output(rank);
  for (size_t i = 0; i < rank; ++i) {  // from the last axis on
    const int32_t x = i < a->shape.size() ? a->shape[a->shape.size() - 1 - i] : 1;
    const int32_t y = i < b->shape.size() ? b->shape[b->shape.size() - 1 - i] : 1;
    if (x != y && x != 1 && y != 1) {
      return invalid("its operands {} and {} can't be broadcast to one shape", shape_text(a->shape),
                     shape_text(b->shape));
    }
    output[rank - 1 - i] = x == 1 ? y : x;
  }
  return std::optional(std::move(output));
}

Inferred same_as_input(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* input, needed(op, 0, "input"));
  return std::optional(input->shape);
}

Inferred softmax(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* input, needed(op, 0, "input"));
  if (input->shape.empty()) return invalid("its input is a scalar; at least one axis is needed");
  return std::optional(input->shape);
}

Inferred concatenation(const OpView& op) {
  const auto& attrs = op.attrs<ConcatenationAttrs>();
  ATOLL_ASSIGN(const Tensor* first, needed(op, 0, "first part"));
  const auto rank = static_cast<int32_t>(first->shape.size());
  const int32_t axis = attrs.axis < 0 ? attrs.axis + rank : attrs.axis;
  if (axis < 0 || axis >= rank) {
    return invalid("its axis {} is outside the {} axes of its input {}", attrs.axis, rank, shape_text(first->shape));
  }
  int64_t joined = 0;
  for (size_t i = 0; i < op.op.inputs.size(); ++i) {
    ATOLL_ASSIGN(const Tensor* part, needed(op, i, "part"));
    Shape expected = first->shape;
    if (part->shape.size() == expected.size()) expected[axis] = part->shape[axis];
    if (part->shape != expected) {
      return invalid("its inputs {} and {} differ outside axis {}", shape_text(first->shape), shape_text(part->shape),
                     axis);
    }
    joined += part->shape[axis];
  }
  if (joined > kMaxTensorElements) return invalid("its inputs have {} elements along axis {}", joined, axis);
  Shape output = first->shape;
  output[axis] = static_cast<int32_t>(joined);
  return std::optional(std::move(output));
}

// The shape a reshape asks for, with -1 for an extent to be worked out; nothing when it is computed.
// As in the reference runtime, a shape input that is no int32 vector counts as absent, and an attribute of [0] is how
// early converters wrote a scalar.
std::optional<std::vector<int64_t>> requested_shape(const OpView& op) {
  const Tensor* shape = op.input(1);
  if (shape != nullptr && shape->type == DType::kInt32 && shape->shape.size() == 1) {
    return shape->is_constant() ? constant_integers(*shape) : std::nullopt;
  }
  const auto& new_shape = op.attrs<ReshapeAttrs>().new_shape;
  if (new_shape.size() == 1 && new_shape[0] == 0) return std::vector<int64_t>{};
  return std::vector<int64_t>(new_shape.begin(), new_shape.end());
}

Inferred reshape(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* input, needed(op, 0, "input"));
  const auto requested = requested_shape(op);
  if (!requested) return std::optional<Shape>();
  const int64_t elements = checked_num_elements(input->shape).value_or(0);
  Shape output;
  int64_t known = 1;
  int wildcards = 0;
  for (int64_t extent : *requested) {
    const bool fits = extent >= -1 && extent <= kMaxTensorElements;
    if (extent == -1) {
      ++wildcards;
    } else if (fits) {
      known = std::min(known * extent, kMaxTensorElements + 1);
    }
    if (!fits || wildcards > 1) {
      return invalid("it asks for shape {}; one extent may be -1, the others must be 0 or more",
                     fmt::join(*requested, "x"));
    }
    output.push_back(static_cast<int32_t>(extent));
  }
  const bool divides = wildcards == 0 ? known == elements : known > 0 && elements % known == 0;
  if (!divides) {
    return invalid("it asks for shape {} of {} elements ({})", requested->empty() ? "scalar" : shape_text(output),
                   elements, shape_text(input->shape));
  }
  const auto wildcard = std::find(output.begin(), output.end(), -1);
  if (wildcard != output.end()) *wildcard = static_cast<int32_t>(elements / known);
  return std::optional(std::move(output));
}

// Which axes a list of axis numbers (negative: from the end) means.
Result<std::vector<bool>> marked_axes(const std::vector<int64_t>& axes, const Shape& shape) {
  const auto rank = static_cast<int64_t>(shape.size());
  std::vector<bool> marked(shape.size());
  for (int64_t axis : axes) {
    const int64_t positive = axis < 0 ? axis + rank : axis;
    if (positive < 0 || positive >= rank) {
      return invalid("its axis {} is outside the {} axes of its input {}", axis, rank, shape_text(shape));
    }
    marked[static_cast<size_t>(positive)] = true;
  }
  return marked;
}

Inferred squeeze(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* input, needed(op, 0, "input"));
  const auto& dims = op.attrs<SqueezeAttrs>().squeeze_dims;
  ATOLL_ASSIGN(const std::vector<bool> marked,
               marked_axes(std::vector<int64_t>(dims.begin(), dims.end()), input->shape));
  Shape output;
  for (size_t i = 0; i < input->shape.size(); ++i) {
    if (marked[i] && input->shape[i] != 1) {
      return invalid("it drops axis {} of its input {}, whose extent is not 1", i, shape_text(input->shape));
    }
    const bool dropped = dims.empty() ? input->shape[i] == 1 : marked[i];
    if (!dropped) output.push_back(input->shape[i]);
  }
  return std::optional(std::move(output));
}

Inferred reduction(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* input, needed(op, 0, "input"));
  ATOLL_ASSIGN(const Tensor* axes, needed(op, 1, "axes"));
  const auto values = constant_integers(*axes);
  if (!values) return std::optional<Shape>();
  ATOLL_ASSIGN(const std::vector<bool> reduced, marked_axes(*values, input->shape));
  Shape output;
  for (size_t i = 0; i < input->shape.size(); ++i) {
    if (!reduced[i]) {
      output.push_back(input->shape[i]);
    } else if (op.attrs<ReduceAttrs>().keep_dims) {
      output.push_back(1);
    }
  }
  return std::optional(std::move(output));
}

Inferred padding(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* input, needed(op, 0, "input"));
  ATOLL_ASSIGN(const Tensor* paddings, needed(op, 1, "paddings"));
  const size_t rank = input->shape.size();
  if (paddings->shape != Shape{static_cast<int32_t>(rank), 2}) {
    return invalid("its paddings have shape {}; {}x2 is needed for its input {}", shape_text(paddings->shape), rank,
                   shape_text(input->shape));
  }
  const auto values = constant_integers(*paddings);
  if (!values || values->size() != 2 * rank) return std::optional<Shape>();
  Shape output;
  for (size_t i = 0; i < rank; ++i) {
    const int64_t before = (*values)[2 * i];
    const int64_t after = (*values)[2 * i + 1];
    if (before < 0 || after < 0 || before > kMaxTensorElements || after > kMaxTensorElements ||
        before + after + input->shape[i] > kMaxTensorElements) {
      return invalid("it pads axis {} of its input {} by {} and {}; both must be 0 or more and the result below 2^31",
                     i, shape_text(input->shape), before, after);
    }
    output.push_back(static_cast<int32_t>(before + after + input->shape[i]));
  }
  return std::optional(std::move(output));
}

Inferred infer(const OpView& op) {
  switch (op.op.kind) {
    case OpKind::kUnknown: break;
    case OpKind::kConv2D: return convolution(op);
    case OpKind::kDepthwiseConv2D: return depthwise_convolution(op);
    case OpKind::kFullyConnected: return fully_connected(op);
    case OpKind::kAveragePool2D:
    case OpKind::kMaxPool2D: return pooling(op);
    case OpKind::kAdd: return broadcast(op);
    case OpKind::kConcatenation: return concatenation(op);
    case OpKind::kReshape: return reshape(op);
    case OpKind::kSqueeze: return squeeze(op);
    case OpKind::kMean: return reduction(op);
    case OpKind::kPad: return padding(op);
    case OpKind::kSoftmax: return softmax(op);
    case OpKind::kRelu:
    case OpKind::kRelu6:
    case OpKind::kQuantize:
    case OpKind::kDequantize: return same_as_input(op);
  }
  ATOLL_CHECK(false, "no shape inference for {}", op_name(op.op));
}

}  // namespace

Result<std::vector<std::optional<Shape>>> infer_shapes(const Subgraph& subgraph, const Op& op) {
  ATOLL_TRY(check_attributes(op));
  ATOLL_ASSIGN(std::optional<Shape> shape, infer({subgraph, op}));
  if (shape) {
    const auto elements = checked_num_elements(*shape);
    if (!elements || *elements > kMaxTensorElements) {
      return invalid("its output would have shape {}; a tensor may have {} elements", shape_text(*shape),
                     kMaxTensorElements);
    }
  }
  return std::vector{std::move(shape)};
}

}  // namespace atl::graph
