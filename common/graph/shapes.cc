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

Result<std::optional<std::vector<int64_t>>> steering(const OpView& op, size_t position, const char* what) {
  ATOLL_ASSIGN(const Tensor* tensor, needed(op, position, what));
  return constant_integers(*tensor);
}

Result<size_t> axis_of(const Shape& shape, int64_t axis, size_t extra) {
  const auto rank = static_cast<int64_t>(shape.size() + extra);
  const int64_t positive = axis < 0 ? axis + rank : axis;
  if (positive >= 0 && positive < rank) return static_cast<size_t>(positive);
  return invalid("its axis {} is outside the {} axes of its {} {}", axis, rank, extra == 0 ? "input" : "output of",
                 shape_text(shape));
}

Result<int32_t> extent(int64_t value) {
  if (value >= 0 && value <= kMaxTensorElements) return static_cast<int32_t>(value);
  return invalid("it would make an axis of {} elements", value);
}

}  // namespace shape_rules

namespace {

using shape_rules::Inferred;
using shape_rules::InferredAll;

InferredAll all_outputs(InferredAll shapes) { return shapes; }
InferredAll all_outputs(Inferred shape) {
  ATOLL_ASSIGN(std::optional<Shape> one, std::move(shape));
  return std::vector{std::move(one)};
}

InferredAll infer(const OpView& op) {
  switch (op.op.kind) {
    case OpKind::kUnknown: break;
#define ATOLL_OP(Name, BUILTIN, code, Attrs, Table, shape, rule, engine, doc) \
  case OpKind::k##Name:                                                       \
    return all_outputs(shape_rules::shape(op));
#include "common/graph/ops.def"
#undef ATOLL_OP
  }
  ATOLL_CHECK(false, "no shape inference for {}", op_name(op.op));
}

}  // namespace

Result<std::vector<std::optional<Shape>>> infer_shapes(const Subgraph& subgraph, const Op& op) {
  ATOLL_TRY(check_attributes(op));
  ATOLL_ASSIGN(std::vector<std::optional<Shape>> shapes, infer({subgraph, op}));
  for (const std::optional<Shape>& shape : shapes) {
    if (!shape) continue;
    const auto elements = checked_num_elements(*shape);
    if (!elements || *elements > kMaxTensorElements) {
      return shape_rules::invalid("its output would have shape {}; a tensor may have {} elements", shape_text(*shape),
                                  kMaxTensorElements);
    }
  }
  return shapes;
}

}  // namespace atl::graph
