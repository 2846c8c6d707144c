#include "common/graph/shapes.h"

#include <algorithm>

#include "common/graph/attribute_rules.h"
#include "common/graph/shape_rules.h"

namespace atl::graph {
namespace shape_rules {

Result<const Tensor*> needed(const OpView& op, size_t position, const char* what) {
  const Tensor* tensor = op.input(position);
  if (tensor == nullptr) return invalid("its input {} ({}) is left out", position, what);
  return tensor;
}

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

}  // namespace shape_rules

namespace {

using namespace shape_rules;

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
