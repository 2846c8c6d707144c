#include "quantizer/plan/scale_groups.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "quantizer/plan/float_operands.h"

namespace atl::quantizer {
namespace {

using graph::QuantRule;

class DisjointSets {
 public:
  explicit DisjointSets(size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), size_t{0}); }

  size_t find(size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(size_t a, size_t b) { parent_[find(a)] = find(b); }

 private:
  std::vector<size_t> parent_;
};

class GroupFinder {
 public:
  GroupFinder(const graph::Subgraph& subgraph, Scheme scheme)
      : subgraph_(subgraph),
        scheme_(scheme),
        producer_(subgraph.tensors.size(), nullptr),
        matters_(subgraph.tensors.size(), false) {
    for (const graph::Op& op : subgraph.ops) {
      for (int32_t output : op.outputs) producer_[static_cast<size_t>(output)] = &op;
      if (passes_on(op)) continue;
      for (size_t i : float_inputs(subgraph, op)) matters_[static_cast<size_t>(op.inputs[i])] = true;
    }
    for (int32_t output : subgraph.outputs) matters_[static_cast<size_t>(output)] = true;
  }

  ScaleGroups run() {
    form_groups();
    for (ScaleGroup& group : result_.groups) decide(group);
    return std::move(result_);
  }

 private:
  bool is_same_scale(const graph::Op& op) const {
    return rule_of(op) == QuantRule::kSameScale && computes_in_float(subgraph_, op);
  }
  // Same scale and nothing but copies of single values: a value clipped on the way in is clipped alike on the way out.
  bool passes_on(const graph::Op& op) const {
    return is_same_scale(op) && op.kind != graph::OpKind::kAveragePool2D && op.kind != graph::OpKind::kResizeBilinear;
  }

  bool is_fixed(size_t tensor) const {
    return producer_[tensor] != nullptr && rule_of(*producer_[tensor]) == QuantRule::kFixedOutput;
  }
  // The same-scale operator that computes a tensor, or null.
  const graph::Op* same_scale_producer(size_t tensor) const {
    const graph::Op* op = producer_[tensor];
    return op != nullptr && is_same_scale(*op) ? op : nullptr;
  }
  bool joins_several(const graph::Op& op) const { return float_inputs(subgraph_, op).size() > 1; }

  void form_groups();
  void decide(ScaleGroup& group);
  void take_ranges(ScaleGroup& group) const;
  std::vector<bool> leads_to_join(const ScaleGroup& group) const;

  const graph::Subgraph& subgraph_;
  const Scheme scheme_;
  std::vector<const graph::Op*> producer_;  // by tensor
  std::vector<bool> matters_;               // by tensor: its own values are used, not only moved
  ScaleGroups result_;
};

void GroupFinder::form_groups() {
  const size_t count = subgraph_.tensors.size();
  DisjointSets sets(count);
  for (const graph::Op& op : subgraph_.ops) {
    if (!is_same_scale(op)) continue;
    const auto first = static_cast<size_t>(op.outputs[0]);
    for (int32_t output : op.outputs) {
      if (is_activation(subgraph_, output)) sets.join(static_cast<size_t>(output), first);
    }
    for (size_t i : float_inputs(subgraph_, op)) {
      const auto input = static_cast<size_t>(op.inputs[i]);
      if (is_activation(subgraph_, op.inputs[i]) && !is_fixed(input)) sets.join(input, first);
    }
  }
  result_.group_of.assign(count, -1);
  std::map<size_t, int32_t> group_of_set;
  for (size_t t = 0; t < count; ++t) {
    if (!is_activation(subgraph_, static_cast<int32_t>(t))) continue;
    const auto next = static_cast<int32_t>(result_.groups.size());
    const auto [place, is_new] = group_of_set.try_emplace(sets.find(t), next);
    if (is_new) result_.groups.emplace_back();
    result_.group_of[t] = place->second;
    result_.groups[static_cast<size_t>(place->second)].members.push_back(t);
  }
}

// What the same-scale operators of a group read beside its members.
void GroupFinder::decide(ScaleGroup& group) {
  if (is_fixed(group.members[0])) {  // alone in its group
    group.fixed = fixed_output(producer_[group.members[0]]->kind, scheme_);
    return;
  }
  std::vector<OperandRef> fixed_reads;
  std::vector<AffineParams> fixed_params;
  bool has_other_sources = false;
  for (size_t t : group.members) {
    const graph::Op* op = same_scale_producer(t);
    if (op == nullptr) {
      has_other_sources = true;
      continue;
    }
    for (size_t i : float_inputs(subgraph_, *op)) {
      const auto input = static_cast<size_t>(op->inputs[i]);
      if (!is_activation(subgraph_, op->inputs[i])) {
        has_other_sources = true;
      } else if (is_fixed(input)) {
        fixed_reads.push_back({static_cast<size_t>(op - subgraph_.ops.data()), i});
        fixed_params.push_back(fixed_output(producer_[input]->kind, scheme_));
      }
    }
  }
  const bool agree = !fixed_params.empty() && std::all_of(fixed_params.begin(), fixed_params.end(),
                                                          [&](const auto& p) { return p == fixed_params[0]; });
  if (agree && !has_other_sources) {
    group.fixed = fixed_params[0];
    return;
  }
  result_.requantized.insert(result_.requantized.end(), fixed_reads.begin(), fixed_reads.end());
  take_ranges(group);
}

// By member: whether it is an input, near or far, of an operator of the group that joins several.
std::vector<bool> GroupFinder::leads_to_join(const ScaleGroup& group) const {
  std::vector<bool> leads(subgraph_.tensors.size(), false);
  // Operators stand in execution order, so from the last to the first every consumer is seen before its producer.
  for (auto op = subgraph_.ops.rbegin(); op != subgraph_.ops.rend(); ++op) {
    if (!is_same_scale(*op)) continue;
    if (!std::binary_search(group.members.begin(), group.members.end(), static_cast<size_t>(op->outputs[0]))) continue;
    const bool output_leads = std::any_of(op->outputs.begin(), op->outputs.end(),
                                          [&](int32_t output) { return leads[static_cast<size_t>(output)]; });
    if (!joins_several(*op) && !output_leads) continue;
    for (size_t i : float_inputs(subgraph_, *op)) leads[static_cast<size_t>(op->inputs[i])] = true;
  }
  return leads;
}

void GroupFinder::take_ranges(ScaleGroup& group) const {
  const std::vector<bool> leads = leads_to_join(group);
  std::vector<size_t> ends, sources;
  for (size_t t : group.members) {
    const graph::Op* op = same_scale_producer(t);
    if (op != nullptr && joins_several(*op) && !leads[t]) ends.push_back(t);
    const bool from_group = op != nullptr && std::any_of(op->inputs.begin(), op->inputs.end(), [&](int32_t input) {
                              return is_activation(subgraph_, input) && !is_fixed(static_cast<size_t>(input));
                            });
    if (!from_group) sources.push_back(t);
  }
  group.ranged_by = ends.empty() ? sources : ends;
  for (size_t t : group.members) {
    if (matters_[t]) group.ranged_by.push_back(t);
  }
  std::sort(group.ranged_by.begin(), group.ranged_by.end());
  group.ranged_by.erase(std::unique(group.ranged_by.begin(), group.ranged_by.end()), group.ranged_by.end());
}

}  // namespace

ScaleGroups find_scale_groups(const graph::Subgraph& subgraph, Scheme scheme) {
  return GroupFinder(subgraph, scheme).run();
}

}  // namespace atl::quantizer
