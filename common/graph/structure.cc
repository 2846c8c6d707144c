#include "common/graph/structure.h"

#include <algorithm>

namespace atl::graph {
namespace {

// The main subgraph, which most models have alone, goes without saying.
std::string subgraph_place(size_t index) { return index == 0 ? "" : fmt::format("subgraph #{}: ", index); }

bool in_range(int32_t index, size_t count) { return index >= 0 && static_cast<size_t>(index) < count; }

// Checks one subgraph's indices, then who produces what and when.
class SubgraphCheck {
 public:
  SubgraphCheck(const Subgraph& subgraph, size_t index, Problems& problems)
      : subgraph_(subgraph), place_(subgraph_place(index)), problems_(problems) {}

  void run() {
    for (size_t i = 0; i < subgraph_.tensors.size(); ++i) {
      check_tensor(subgraph_.tensors[i], place_ + tensor_label(subgraph_, i), problems_);
    }
    const size_t before = problems_.count();
    check_list(subgraph_.inputs, "the list of inputs");
    if (problems_.count() == before) check_inputs();
    check_list(subgraph_.outputs, "the list of outputs");
    for (size_t i = 0; i < subgraph_.ops.size(); ++i) check_op_indices(i);
    if (problems_.count() == before) check_order();
  }

 private:
  void check_list(const std::vector<int32_t>& indices, const std::string& holder, bool optional = false) {
    for (int32_t index : indices) {
      if (in_range(index, subgraph_.tensors.size()) || (optional && index == kNoTensor)) continue;
      problems_.add("{}{} names tensor {} of {}", place_, holder, index, subgraph_.tensors.size());
      return;
    }
  }

  void check_inputs() {
    for (int32_t index : subgraph_.inputs) {
      if (!subgraph_.tensors[static_cast<size_t>(index)].is_constant()) continue;
      problems_.add("{}input {} is a constant; it can't be both", place_,
                    tensor_label(subgraph_, static_cast<size_t>(index)));
    }
  }

  void check_op_indices(size_t index) {
    const Op& op = subgraph_.ops[index];
    // Operators without a row may leave outputs out as well; those with one are held to their number by the rules.
    const bool known = op.kind != OpKind::kUnknown;
    check_list(op.inputs, op_label(subgraph_, index), true);
    check_list(op.outputs, op_label(subgraph_, index), !known);
    check_list(op.intermediates, op_label(subgraph_, index), !known);
  }

  // A tensor has a value before the first operator runs.
  static bool is_given(const Tensor& tensor) { return tensor.is_constant() || tensor.is_variable || !tensor.plain; }

  void check_order() {
    std::vector<bool> ready(subgraph_.tensors.size());
    for (size_t i = 0; i < subgraph_.tensors.size(); ++i) ready[i] = is_given(subgraph_.tensors[i]);
    for (int32_t input : subgraph_.inputs) ready[static_cast<size_t>(input)] = true;
    std::vector<int32_t> producer(subgraph_.tensors.size(), -1);
    for (size_t i = 0; i < subgraph_.ops.size(); ++i) {
      check_consumed(i, ready);
      check_produced(i, ready, producer);
    }
    for (int32_t output : subgraph_.outputs) {
      if (ready[static_cast<size_t>(output)]) continue;
      problems_.add("{}output {} is never computed", place_, tensor_label(subgraph_, static_cast<size_t>(output)));
    }
  }

  void check_consumed(size_t index, const std::vector<bool>& ready) {
    for (int32_t input : subgraph_.ops[index].inputs) {
      if (input == kNoTensor || ready[static_cast<size_t>(input)]) continue;
      problems_.add("{}{} uses {}, which no operator before it computes", place_, op_label(subgraph_, index),
                    tensor_label(subgraph_, static_cast<size_t>(input)));
    }
  }

  void check_produced(size_t index, std::vector<bool>& ready, std::vector<int32_t>& producer) {
    for (int32_t output : subgraph_.ops[index].outputs) {
      if (output == kNoTensor) continue;
      const auto tensor = static_cast<size_t>(output);
      if (producer[tensor] >= 0) {
        problems_.add("{}{} computes {}, as {} does already", place_, op_label(subgraph_, index),
                      tensor_label(subgraph_, tensor), op_label(subgraph_, static_cast<size_t>(producer[tensor])));
      } else if (subgraph_.tensors[tensor].is_constant()) {
        problems_.add("{}{} computes {}, which is a constant", place_, op_label(subgraph_, index),
                      tensor_label(subgraph_, tensor));
      } else if (ready[tensor] && is_input(output)) {
        problems_.add("{}{} computes {}, which is an input", place_, op_label(subgraph_, index),
                      tensor_label(subgraph_, tensor));
      }
      producer[tensor] = static_cast<int32_t>(index);
      ready[tensor] = true;
    }
  }

  bool is_input(int32_t index) const {
    for (int32_t input : subgraph_.inputs) {
      if (input == index) return true;
    }
    return false;
  }

  const Subgraph& subgraph_;
  const std::string place_;
  Problems& problems_;
};

// The subgraphs that an operator calls.
std::vector<int32_t> called_subgraphs(const Op& op) {
  if (const auto* attrs = std::get_if<IfAttrs>(&op.attrs)) return {attrs->then_subgraph, attrs->else_subgraph};
  if (const auto* attrs = std::get_if<WhileAttrs>(&op.attrs)) return {attrs->cond_subgraph, attrs->body_subgraph};
  if (const auto* attrs = std::get_if<CallOnceAttrs>(&op.attrs)) return {attrs->init_subgraph};
  return {};
}

// A called subgraph takes the operator's operands (IF: but the condition) and gives its results (WHILE's condition:
// one).
void check_call(const Model& model, const std::string& label, const Op& op, size_t position, Problems& problems) {
  const int32_t index = called_subgraphs(op)[position];
  if (!in_range(index, model.subgraphs.size())) {
    problems.add("{} calls subgraph {} of {}", label, index, model.subgraphs.size());
    return;
  }
  if (std::find(op.inputs.begin(), op.inputs.end(), kNoTensor) != op.inputs.end()) {
    problems.add("{} leaves out an operand; the subgraph it calls needs all of them", label);
    return;
  }
  const Subgraph& callee = model.subgraphs[static_cast<size_t>(index)];
  const size_t inputs = op.inputs.size() - (op.kind == OpKind::kIf && !op.inputs.empty() ? 1 : 0);
  const size_t outputs = op.kind == OpKind::kWhile && position == 0 ? 1 : op.outputs.size();
  if (callee.inputs.size() == inputs && callee.outputs.size() == outputs) return;
  problems.add("{} calls subgraph #{} with {} operands for {} results, and it has {} inputs and {} outputs", label,
               index, inputs, outputs, callee.inputs.size(), callee.outputs.size());
}

void check_calls(const Model& model, Problems& problems) {
  for (size_t s = 0; s < model.subgraphs.size(); ++s) {
    const Subgraph& subgraph = model.subgraphs[s];
    for (size_t i = 0; i < subgraph.ops.size(); ++i) {
      const Op& op = subgraph.ops[i];
      const size_t calls = called_subgraphs(op).size();
      for (size_t k = 0; k < calls; ++k) check_call(model, subgraph_place(s) + op_label(subgraph, i), op, k, problems);
    }
  }
}

void check_signature(const Model& model, const Signature& signature, Problems& problems) {
  if (!in_range(signature.subgraph, model.subgraphs.size())) {
    problems.add("signature {} names subgraph {} of {}", quoted(signature.key), signature.subgraph,
                 model.subgraphs.size());
    return;
  }
  const size_t tensors = model.subgraphs[static_cast<size_t>(signature.subgraph)].tensors.size();
  for (const auto* entries : {&signature.inputs, &signature.outputs}) {
    for (const SignatureEntry& entry : *entries) {
      if (in_range(entry.tensor, tensors)) continue;
      problems.add("signature {} gives {} as tensor {} of {}", quoted(signature.key), quoted(entry.name), entry.tensor,
                   tensors);
    }
  }
}

}  // namespace

void check_structure(const Model& model, Problems& problems) {
  if (model.subgraphs.empty()) problems.add("the model has no subgraph");
  for (size_t i = 0; i < model.subgraphs.size(); ++i) SubgraphCheck(model.subgraphs[i], i, problems).run();
  check_calls(model, problems);
  for (const Signature& signature : model.signatures) check_signature(model, signature, problems);
}

}  // namespace atl::graph
