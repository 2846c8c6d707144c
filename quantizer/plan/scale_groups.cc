#include "quantizer/plan/scale_groups.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "quantizer/plan/float_operands.h"

namespace atl::quantizer {
namespace {

using graph::DType;
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
  GroupFinder(const graph::Subgraph& subgraph, const Forms& forms)
      : subgraph_(subgraph),
        forms_(forms),
        producer_(subgraph.tensors.size(), nullptr),
        needed_(subgraph.tensors.size() * 2, false),
        matters_(subgraph.tensors.size() * 2, false) {
    for (const graph::Op& op : subgraph.ops) {
      for (int32_t output : op.outputs) producer_[static_cast<size_t>(output)] = &op;
      for (size_t i : float_inputs(subgraph, op)) note_read(op.inputs[i], type_of(op), !passes_on(op));
    }
    for (size_t t = 0; t < forms.own.size(); ++t) {
      if (forms.own[t] && *forms.own[t] != DType::kFloat32) needed_[FormedTensor{t, *forms.own[t]}.index()] = true;
    }
    for (int32_t input : subgraph.inputs) note_edge(input, edge_type(forms.edges.input));
    for (int32_t output : subgraph.outputs) note_read(output, edge_type(forms.edges.output), true);
  }

  ScaleGroups run() {
    form_groups();
    for (ScaleGroup& group : result_.groups) decide(group);
    return std::move(result_);
  }

 private:
  // The form that an edge's parameters are taken from.
  static DType edge_type(DType type) { return type == DType::kUint8 ? DType::kInt8 : type; }
  DType type_of(const graph::Op& op) const { return forms_.of_op[static_cast<size_t>(&op - subgraph_.ops.data())]; }

  // Somebody reads a tensor in that form, for its values or only to move them.
  void note_read(int32_t index, DType type, bool for_values) {
    if (!is_activation(subgraph_, index)) return;
    const auto t = static_cast<size_t>(index);
    const DType own = *forms_.own[t];
    if (own != DType::kFloat32 && (for_values || type != own)) matters_[FormedTensor{t, own}.index()] = true;
    if (type == DType::kFloat32) return;
    const size_t read = FormedTensor{t, type}.index();
    needed_[read] = true;
    if (for_values) matters_[read] = true;
  }

  void note_edge(int32_t index, DType type) {
    if (!is_activation(subgraph_, index) || type == DType::kFloat32) return;
    needed_[FormedTensor{static_cast<size_t>(index), type}.index()] = true;
  }

  // An operator that copies integers.
  bool is_same_scale(const graph::Op& op) const {
    return rule_of(op) == QuantRule::kSameScale && type_of(op) != DType::kFloat32;
  }
  // Same scale and nothing but copies of single values: a value clipped on the way in is clipped alike on the way out.
  bool passes_on(const graph::Op& op) const {
    return is_same_scale(op) && op.kind != graph::OpKind::kAveragePool2D && op.kind != graph::OpKind::kResizeBilinear;
  }

  // The operator that computes a tensor in this form; null for a converted copy.
  const graph::Op* producer(const FormedTensor& member) const {
    return forms_.own[member.tensor] == member.type ? producer_[member.tensor] : nullptr;
  }
  bool is_fixed(const FormedTensor& member) const {
    const graph::Op* op = producer(member);
    return op != nullptr && rule_of(*op) == QuantRule::kFixedOutput;
  }
  // The same-scale operator that computes a tensor, or null.
  const graph::Op* same_scale_producer(const FormedTensor& member) const {
    const graph::Op* op = producer(member);
    return op != nullptr && is_same_scale(*op) ? op : nullptr;
  }
  FormedTensor read_by(const graph::Op& op, int32_t tensor) const { return {static_cast<size_t>(tensor), type_of(op)}; }
  bool joins_several(const graph::Op& op) const { return float_inputs(subgraph_, op).size() > 1; }

  // int16: whatever is joined is brought to the result's own scale, as TensorFlow's 16x8 quantizer does it.
  bool requantizes_inputs(const graph::Op& op) const {
    return is_same_scale(op) && type_of(op) == DType::kInt16 && brings_together(op);
  }
  // Several activations in one result, or operators that are there to do that.
  bool brings_together(const graph::Op& op) const {
    switch (op.kind) {
      case graph::OpKind::kConcatenation:
      case graph::OpKind::kPack:
      case graph::OpKind::kMaximum:
      case graph::OpKind::kMinimum: return true;
      default: break;
    }
    const std::vector<size_t> inputs = float_inputs(subgraph_, op);
    return std::count_if(inputs.begin(), inputs.end(),
                         [&](size_t i) { return is_activation(subgraph_, op.inputs[i]); }) > 1;
  }

  DisjointSets joined() const;
  void form_groups();
  void decide(ScaleGroup& group);
  void take_ranges(ScaleGroup& group) const;
  std::vector<bool> leads_to_join(const ScaleGroup& group) const;

  const graph::Subgraph& subgraph_;
  const Forms& forms_;
  std::vector<const graph::Op*> producer_;  // by tensor
  // By FormedTensor::index: somebody has it; its own values are used, not only moved.
  std::vector<bool> needed_, matters_;
  ScaleGroups result_;
};

DisjointSets GroupFinder::joined() const {
  DisjointSets sets(needed_.size());
  for (const graph::Op& op : subgraph_.ops) {
    if (!is_same_scale(op)) continue;
    const size_t first = read_by(op, op.outputs[0]).index();
    for (int32_t output : op.outputs) {
      if (is_activation(subgraph_, output)) sets.join(read_by(op, output).index(), first);
    }
    if (requantizes_inputs(op)) continue;
    for (size_t i : float_inputs(subgraph_, op)) {
      const FormedTensor input = read_by(op, op.inputs[i]);
      if (is_activation(subgraph_, op.inputs[i]) && !is_fixed(input)) sets.join(input.index(), first);
    }
  }
  return sets;
}

void GroupFinder::form_groups() {
  DisjointSets sets = joined();
  result_.group_of.assign(needed_.size(), -1);
  std::map<size_t, int32_t> group_of_set;
  for (size_t i = 0; i < needed_.size(); ++i) {
    if (!needed_[i]) continue;
    const auto next = static_cast<int32_t>(result_.groups.size());
    const auto [place, is_new] = group_of_set.try_emplace(sets.find(i), next);
    if (is_new) result_.groups.emplace_back();
    result_.group_of[i] = place->second;
    result_.groups[static_cast<size_t>(place->second)].members.push_back(
        {i / 2, i % 2 == 0 ? DType::kInt8 : DType::kInt16});
  }
}

// What the same-scale operators of a group read beside its members.
void GroupFinder::decide(ScaleGroup& group) {
  if (is_fixed(group.members[0])) {  // alone in its group
    group.fixed = fixed_output(producer(group.members[0])->kind, group.members[0].type);
    return;
  }
  std::vector<OperandRef> fixed_reads;
  std::vector<AffineParams> fixed_params;
  bool has_other_sources = false;
  for (const FormedTensor& member : group.members) {
    const graph::Op* op = same_scale_producer(member);
    if (op == nullptr) {
      has_other_sources = true;
      continue;
    }
    for (size_t i : float_inputs(subgraph_, *op)) {
      const FormedTensor input = read_by(*op, op->inputs[i]);
      if (!is_activation(subgraph_, op->inputs[i])) {
        has_other_sources = true;
      } else if (requantizes_inputs(*op)) {
        has_other_sources = true;
        result_.requantized.push_back({static_cast<size_t>(op - subgraph_.ops.data()), i});
      } else if (is_fixed(input)) {
        fixed_reads.push_back({static_cast<size_t>(op - subgraph_.ops.data()), i});
        fixed_params.push_back(fixed_output(producer(input)->kind, input.type));
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

// By tensor, if a member: whether it is an input, near or far, of an operator of the group that joins several.
std::vector<bool> GroupFinder::leads_to_join(const ScaleGroup& group) const {
  std::vector<bool> leads(subgraph_.tensors.size(), false);
  // Operators stand in execution order, so from the last to the first every consumer is seen before its producer.
  for (auto op = subgraph_.ops.rbegin(); op != subgraph_.ops.rend(); ++op) {
    if (!is_same_scale(*op)) continue;
    if (!std::binary_search(group.members.begin(), group.members.end(), read_by(*op, op->outputs[0]))) continue;
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
  for (const FormedTensor& member : group.members) {
    const graph::Op* op = same_scale_producer(member);
    if (op != nullptr && joins_several(*op) && !leads[member.tensor]) ends.push_back(member.tensor);
    const bool from_group = op != nullptr && !requantizes_inputs(*op) &&
                            std::any_of(op->inputs.begin(), op->inputs.end(), [&](int32_t input) {
                              return is_activation(subgraph_, input) && !is_fixed(read_by(*op, input));
                            });
    if (!from_group) sources.push_back(member.tensor);
  }
  group.ranged_by = ends.empty() ? sources : ends;
  for (const FormedTensor& member : group.members) {
    if (matters_[member.index()]) group.ranged_by.push_back(member.tensor);
  }
  std::sort(group.ranged_by.begin(), group.ranged_by.end());
  group.ranged_by.erase(std::unique(group.ranged_by.begin(), group.ranged_by.end()), group.ranged_by.end());
}

}  // namespace

ScaleGroups find_scale_groups(const graph::Subgraph& subgraph, const Forms& forms) {
  return GroupFinder(subgraph, forms).run();
}

}  // namespace atl::quantizer
