// Rules of the vector unit's arithmetic: pooling, reductions, resizing, functions of rows.
#include "compiler/lower/arg_extreme.h"
#include "compiler/lower/axes.h"
#include "compiler/lower/op_rule_parts.h"
#include "compiler/lower/resize_bilinear.h"
#include "compiler/tasks/softmax_task.h"

namespace atl::compiler::rules {
namespace {

// Elements of a pooling window: its division stays exact in 32 bits.
constexpr int64_t kMaxWindow = 1 << 20, kMaxWordWindow = 1 << 13;

Seen inexact_blends(const OpView& op) {
  for (const size_t axis : {1, 2}) {
    if (!resize_blends(op, axis)) {
      return fmt::format("{} to {} does not", op.input(0)->shape[axis], op.output(0).shape[axis]);
    }
  }
  return {};
}

Seen unsearchable_axis(const OpView& op) {
  const auto axis = arg_axis(op);
  if (!axis) return std::string("it is computed or out of range");
  if (op.input(0)->shape[*axis] <= kMaxSearched) return {};
  return fmt::format("it has {}", op.input(0)->shape[*axis]);
}

Seen condition_not_bool(const OpView& op) {
  if (op.input(0) != nullptr && op.input(0)->type == DType::kBool) return {};
  return std::string("it is of another type");
}

Seen wide_window(const OpView& op) {
  const auto& attrs = op.attrs<graph::Pool2DAttrs>();
  const int64_t elements = int64_t{attrs.filter_h} * attrs.filter_w;
  if (elements <= (is_words(*op.input(0)) ? kMaxWordWindow : kMaxWindow)) return {};
  return fmt::format("it has {}", elements);
}

Seen axes_not_constant(const OpView& op) {
  if (op.input(1) != nullptr && reduced_axes(op)) return {};
  return std::string("the axes are computed or out of range");
}

Seen too_many_classes(const OpView& op) {
  const graph::Shape& shape = op.input(0)->shape;
  if (shape.empty() || shape.back() < SoftmaxTask::kMaxClasses) return {};
  return fmt::format("the last axis has {}", shape.back());
}

}  // namespace

std::vector<OpRule> vector_rules() {
  return {
      {{OpKind::kResizeBilinear},
       "uint8, which the reference blends in float, must blend in parts of 128",
       inexact_blends},
      {kArgs, fmt::format("the axis must be a constant within the rank, of at most {} elements", kMaxSearched),
       unsearchable_axis},
      {kSelects, "the condition must be bool", condition_not_bool},
      {kPools, fmt::format("a pooling window must have at most {} elements, of int16 {}", kMaxWindow, kMaxWordWindow),
       wide_window},
      {joined({kScaledReductions, kExtremeReductions}), "axes must be constants within the rank", axes_not_constant},
      {{OpKind::kSoftmax, OpKind::kLogSoftmax, OpKind::kL2Normalization},
       fmt::format("at most {} classes", SoftmaxTask::kMaxClasses - 1),
       too_many_classes},
  };
}

}  // namespace atl::compiler::rules
