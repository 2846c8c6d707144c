// Rules of operators that bring bytes to other places.
#include "compiler/lower/op_rule_parts.h"
#include "compiler/lower/selection.h"
#include "compiler/tasks/dims.h"

namespace atl::compiler::rules {
namespace {

constexpr size_t kMaxTensorRank = kMaxRank;

Seen begins_not_constant(const OpView& op) { return not_constant(op, 2); }

Seen paddings_not_constant(const OpView& op) {
  if (op.input(1) != nullptr && graph::constant_integers(*op.input(1))) return {};
  return std::string("the paddings are computed");
}

Seen value_not_constant(const OpView& op) {
  const Tensor* value = op.input(2);
  if (value != nullptr && value->is_constant() && !value->data->empty()) return {};
  return std::string("it is computed");
}

Seen order_not_constant(const OpView& op) { return not_constant(op, 1); }

Seen blocks_not_constant(const OpView& op) {
  if (Seen seen = not_constant(op, 1)) return seen;
  return not_constant(op, 2);
}

Seen many_block_axes(const OpView& op) {
  const auto axes = static_cast<size_t>(graph::num_elements(op.input(1)->shape));
  if (2 * axes + 2 <= kMaxTensorRank) return {};
  return fmt::format("there are {}", axes);
}

Seen unknown_selection(const OpView& op) {
  const auto chosen = selections(op);
  if (!chosen.ok()) return chosen.error().text();
  return {};
}

Seen irregular_selection(const OpView& op) {
  const auto chosen = selections(op);
  for (const Selection& selection : *chosen) {
    const int64_t copies = selection_copies(selection.map);
    if (copies > kMaxCopies) return fmt::format("it would take {}", copies);
  }
  return {};
}

Seen shape_not_constant(const OpView& op) {
  if (op.input(1) == nullptr || op.input(1)->is_constant()) return {};
  return std::string("the shape is computed");
}

Seen concatenated_constant_scale(const OpView& op) {
  return first_activation(op, [&](const Tensor& t) -> Seen {
    if (t.type != DType::kInt8 || quant_params(t) == quant_params(op.output(0))) return {};
    return std::string("has other parameters");
  });
}

}  // namespace

std::vector<OpRule> movement_rules() {
  return {
      {{OpKind::kDynamicUpdateSlice}, "the begins must be constants", begins_not_constant},
      {{OpKind::kPad, OpKind::kPadV2}, "paddings must be constants", paddings_not_constant},
      {{OpKind::kPadV2}, "the value of the padding must be a constant", value_not_constant},
      {{OpKind::kTranspose}, "the order of the axes must be a constant", order_not_constant},
      {kBatchBlocks, "blocks and borders must be constants", blocks_not_constant},
      {kBatchBlocks, fmt::format("blocks must have at most {} axes", (kMaxTensorRank - 2) / 2), many_block_axes},
      {kSelections, "what it shows must be settled by constants, inside its input", unknown_selection},
      {kSelections, fmt::format("what it shows must be regular: at most {} copies", kMaxCopies), irregular_selection},
      {{OpKind::kReshape}, "the new shape must be a constant", shape_not_constant},
      {{OpKind::kConcatenation},
       "int8 inputs must have the output's scale and zero point",
       concatenated_constant_scale},
  };
}

}  // namespace atl::compiler::rules
