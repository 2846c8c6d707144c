#include "compiler/lower/op_rules.h"

#include "compiler/lower/op_rule_parts.h"

namespace atl::compiler {
namespace rules {

Kinds joined(std::initializer_list<Kinds> lists) {
  Kinds kinds;
  for (const Kinds& list : lists) kinds.insert(kinds.end(), list.begin(), list.end());
  return kinds;
}

bool is_activation(const OpView& op, size_t input) {
  switch (op.op.kind) {
    case OpKind::kConcatenation:
    case OpKind::kPack: return true;
    case OpKind::kSplit: return input == 1;
    case OpKind::kTransposeConv: return input == 2;
    case OpKind::kBatchMatMul:
    case OpKind::kDynamicUpdateSlice: return input <= 1;
    case OpKind::kSelect:
    case OpKind::kSelectV2: return input == 1 || input == 2;
    default: break;
  }
  const bool two =
      contains(kArithmetic, op.op.kind) || contains(kExtremes, op.op.kind) || contains(kComparisons, op.op.kind);
  return input == 0 || (two && input == 1);
}

bool gives_other_values(const OpView& op) { return contains(kComparisons, op.op.kind) || contains(kArgs, op.op.kind); }

Seen not_constant(const OpView& op, size_t position) {
  if (op.input(position) != nullptr && graph::constant_integers(*op.input(position))) return {};
  return fmt::format("input {} is computed", position);
}

}  // namespace rules

const std::vector<OpRule>& op_rules() {
  static const std::vector<OpRule> all = [] {
    std::vector<OpRule> list;
    for (const auto& family : {rules::common_rules(), rules::weighted_rules(), rules::vector_rules(),
                               rules::movement_rules(), rules::kernel_rules()}) {
      list.insert(list.end(), family.begin(), family.end());
    }
    return list;
  }();
  return all;
}

std::optional<std::string> why_not_on_accelerator(const graph::OpView& op) {
  for (const OpRule& rule : op_rules()) {
    if (!rule.kinds.empty() && !rules::contains(rule.kinds, op.op.kind)) continue;
    if (auto seen = rule.violation(op)) return fmt::format("{}; {}", rule.text, *seen);
  }
  return {};
}

}  // namespace atl::compiler
