#include "quantizer/plan/assignment.h"

#include <algorithm>
#include <set>

#include "common/base/check.h"
#include "quantizer/plan/float_operands.h"
#include "quantizer/plan/quantizable.h"

namespace atl::quantizer {
namespace {

bool is_integer(Precision precision) { return activation_type(precision) != graph::DType::kFloat32; }

bool any_in_float(const graph::Subgraph& subgraph) {
  return std::any_of(subgraph.ops.begin(), subgraph.ops.end(),
                     [&](const graph::Op& op) { return computes_in_float(subgraph, op); });
}

class Settler {
 public:
  Settler(const graph::Model& model, std::vector<OpChoice> choices, Scheme scheme, bool float_fallback)
      : model_(model), scheme_(scheme), float_fallback_(float_fallback) {
    result_.choices = std::move(choices);
  }

  Result<Assignment> run() {
    ATOLL_TRY(check_computes_in_float(model_));
    note_asked();
    ATOLL_TRY(take_refusals());
    note_subgraphs();
    return std::move(result_);
  }

 private:
  // What the recipe itself asks to be float.
  void note_asked() {
    const graph::Subgraph& subgraph = model_.main();
    for (size_t i = 0; i < subgraph.ops.size(); ++i) {
      const OpChoice& choice = result_.choices[i];
      if (is_integer(choice.precision) || !computes_in_float(subgraph, subgraph.ops[i])) continue;
      note(subgraph.ops[i], i, fmt::format("is given {} by rule {}", precision_name(choice.precision), choice.rule));
    }
  }
  void note(const graph::Op& op, size_t index, std::string reason) {
    result_.in_float.push_back({0, op.shown_index.value_or(index), op_label(model_.main(), index), std::move(reason),
                                result_.choices[index].rule});
  }

  Status take_refusals() {
    ErrorCollector errors;
    for (const Refusal& refusal : find_refusals(model_, result_.choices, precision_of(scheme_))) {
      if (float_fallback_ && refusal.subgraph != 0) continue;  // note_subgraphs
      if (!float_fallback_ || !refusal.can_be_float) {
        errors.add(Error(ErrorCode::kUnsupported, refusal.message));
      } else if (refusal.op) {
        result_.choices[*refusal.op] = {Precision::kFloat32};
        note(model_.main().ops[*refusal.op], *refusal.op, refusal.reason);
      } else {
        result_.in_float.push_back({0, std::nullopt, refusal.label, refusal.reason});
      }
    }
    return std::move(errors).status();
  }

  void note_subgraphs() {
    for (size_t s = 1; s < model_.subgraphs.size(); ++s) {
      const graph::Subgraph& subgraph = model_.subgraphs[s];
      if (!any_in_float(subgraph)) continue;
      result_.in_float.push_back({s, std::nullopt, fmt::format("subgraph {} {}", s, graph::quoted(subgraph.name)),
                                  "is not the main subgraph, which alone is quantized"});
    }
  }

  const graph::Model& model_;
  const Scheme scheme_;
  const bool float_fallback_;
  Assignment result_;
};

// Finds the operators of the original that one of the prepared subgraph stands for: from its outputs back to tensors
// that it reads or that somebody else still computes.
class Origins {
 public:
  Origins(const graph::Subgraph& prepared, const graph::Subgraph& original)
      : original_(original), producer_(original.tensors.size(), -1), is_computed_(prepared.tensors.size(), false) {
    for (size_t i = 0; i < original.ops.size(); ++i) {
      for (int32_t output : original.ops[i].outputs) {
        if (output != graph::kNoTensor) producer_[static_cast<size_t>(output)] = static_cast<int32_t>(i);
      }
    }
    for (const graph::Op& op : prepared.ops) {
      for (int32_t output : op.outputs) {
        if (output != graph::kNoTensor) is_computed_[static_cast<size_t>(output)] = true;
      }
    }
  }

  std::set<size_t> of(const graph::Op& op) const {
    std::set<size_t> found;
    std::vector<int32_t> open = op.outputs;
    while (!open.empty()) {
      const int32_t tensor = open.back();
      open.pop_back();
      if (tensor == graph::kNoTensor || static_cast<size_t>(tensor) >= producer_.size()) continue;
      const int32_t source = producer_[static_cast<size_t>(tensor)];
      if (source < 0 || !found.insert(static_cast<size_t>(source)).second) continue;
      for (int32_t input : original_.ops[static_cast<size_t>(source)].inputs) {
        const bool is_read = std::find(op.inputs.begin(), op.inputs.end(), input) != op.inputs.end();
        if (input != graph::kNoTensor && !is_read && !is_computed_[static_cast<size_t>(input)]) open.push_back(input);
      }
    }
    return found;
  }

 private:
  const graph::Subgraph& original_;
  std::vector<int32_t> producer_;  // by tensor of the original; -1: none
  std::vector<bool> is_computed_;  // by tensor of the prepared subgraph
};

// The wider of two forms of activations, and what comes with it.
OpChoice wider(const OpChoice& a, const OpChoice& b) {
  if (!is_integer(a.precision)) return a;
  if (!is_integer(b.precision)) return {Precision::kFloat32, a.one_weight_scale, a.weight_scale, b.rule};
  if (a.precision == Precision::kInt16x8) return a;
  return {b.precision, a.one_weight_scale, a.weight_scale, b.precision == a.precision ? a.rule : b.rule};
}

}  // namespace

Result<std::vector<OpChoice>> choose(const graph::Model& model, const ChoiceRequest& request) {
  std::vector<OpChoice> choices;
  for (const graph::Op& op : model.main().ops) {
    choices.push_back({request.usual, request.one_scale_for_dense && op.kind == graph::OpKind::kFullyConnected});
  }
  if (request.recipe != nullptr) ATOLL_TRY(apply_recipe(*request.recipe, model.main(), choices));
  return choices;
}

bool wants_integers(const std::vector<OpChoice>& choices) {
  return std::any_of(choices.begin(), choices.end(),
                     [](const OpChoice& choice) { return is_integer(choice.precision); });
}

std::string FloatOperator::text() const { return fmt::format("{} stays in float32: it {}", label, reason); }

Result<Assignment> settle(const graph::Model& model, std::vector<OpChoice> choices, Scheme scheme,
                          bool float_fallback) {
  return Settler(model, std::move(choices), scheme, float_fallback).run();
}

std::vector<OpChoice> choices_after(const graph::Subgraph& prepared, const graph::Subgraph& original,
                                    const std::vector<OpChoice>& choices) {
  const Origins origins(prepared, original);
  std::vector<OpChoice> result;
  for (size_t i = 0; i < prepared.ops.size(); ++i) {
    const graph::Op& op = prepared.ops[i];
    std::set<size_t> sources = origins.of(op);
    if (sources.empty()) sources.insert(op.shown_index.value_or(i));  // it has no outputs
    if (op.shown_index) sources.insert(*op.shown_index);
    ATOLL_CHECK(*sources.rbegin() < choices.size(), "{} comes from nowhere", op_name(op));
    const auto same_kind = [&](size_t source) { return original.ops[source].kind == op.kind; };
    const auto main = std::find_if(sources.begin(), sources.end(), same_kind);
    OpChoice choice = choices[main == sources.end() ? *sources.begin() : *main];
    for (size_t source : sources) choice = wider(choice, choices[source]);
    result.push_back(choice);
  }
  return result;
}

}  // namespace atl::quantizer
