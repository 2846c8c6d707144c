// Operators whose output has the shape of an input, or that several inputs broadcast to.
#include <algorithm>

#include "common/graph/shape_rules.h"

namespace atl::graph::shape_rules {

Result<Shape> broadcast_shape(const Shape& a, const Shape& b) {
  const size_t rank = std::max(a.size(), b.size());
  Shape output(rank);
  for (size_t i = 0; i < rank; ++i) {  // from the last axis on
    const int32_t x = i < a.size() ? a[a.size() - 1 - i] : 1;
    const int32_t y = i < b.size() ? b[b.size() - 1 - i] : 1;
    if (x != y && x != 1 && y != 1) {
      return invalid("its operands {} and {} can't be broadcast to one shape", shape_text(a), shape_text(b));
    }
    output[rank - 1 - i] = x == 1 ? y : x;
  }
  return output;
}

Inferred broadcast(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* a, needed(op, 0, "first operand"));
  ATOLL_ASSIGN(const Tensor* b, needed(op, 1, "second operand"));
  ATOLL_ASSIGN(Shape output, broadcast_shape(a->shape, b->shape));
  return std::optional(std::move(output));
}

Inferred broadcast_three(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* condition, needed(op, 0, "condition"));
  ATOLL_ASSIGN(const Tensor* a, needed(op, 1, "first operand"));
  ATOLL_ASSIGN(const Tensor* b, needed(op, 2, "second operand"));
  ATOLL_ASSIGN(const Shape both, broadcast_shape(a->shape, b->shape));
  ATOLL_ASSIGN(Shape output, broadcast_shape(condition->shape, both));
  return std::optional(std::move(output));
}

Inferred select(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* condition, needed(op, 0, "condition"));
  ATOLL_ASSIGN(const Tensor* a, needed(op, 1, "first operand"));
  ATOLL_ASSIGN(const Tensor* b, needed(op, 2, "second operand"));
  if (a->shape != b->shape) {
    return invalid("its operands have shapes {} and {}; both must have one", shape_text(a->shape),
                   shape_text(b->shape));
  }
  const bool picks_all = checked_num_elements(condition->shape) == 1 && condition->shape.size() <= 1;
  const bool picks_rows =
      condition->shape.size() == 1 && !a->shape.empty() && condition->shape.front() == a->shape.front();
  if (condition->shape != a->shape && !picks_all && !picks_rows) {
    return invalid("its condition has shape {}; its operands' shape {}, one element, or one a row are needed",
                   shape_text(condition->shape), shape_text(a->shape));
  }
  return std::optional(a->shape);
}

Inferred same_as_input(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* input, needed(op, 0, "input"));
  return std::optional(input->shape);
}

Inferred not_scalar(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* input, needed(op, 0, "input"));
  if (input->shape.empty()) return invalid("its input is a scalar; at least one axis is needed");
  return std::optional(input->shape);
}

InferredAll nothing(const OpView&) { return std::vector<std::optional<Shape>>(); }

InferredAll given(const OpView& op) { return std::vector<std::optional<Shape>>(op.op.outputs.size()); }

}  // namespace atl::graph::shape_rules
