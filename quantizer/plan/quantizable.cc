#include "quantizer/plan/quantizable.h"

#include <algorithm>

#include "quantizer/plan/float_operands.h"

namespace atl::quantizer {
namespace {

using graph::DType;
using graph::QuantRule;

class RefusalFinder {
 public:
  RefusalFinder(const graph::Model& model, const std::vector<OpChoice>& choices, Precision elsewhere)
      : model_(model), choices_(choices), elsewhere_(elsewhere) {}

  std::vector<Refusal> run() {
    for (size_t s = 0; s < model_.subgraphs.size(); ++s) {
      for (size_t i = 0; i < model_.subgraphs[s].ops.size(); ++i) check_op(s, i);
    }
    check_outputs();
    if (model_.subgraphs.size() > 1) {
      const std::string message = fmt::format(
          "the model has {} subgraphs; only a model of one can be quantized whole, so cut it into models of one, or "
          "keep the others in float32 (--float-fallback)",
          model_.subgraphs.size());
      add({1, std::nullopt, "the model", "has several subgraphs", message});
    }
    return std::move(refusals_);
  }

 private:
  void add(Refusal refusal) { refusals_.push_back(std::move(refusal)); }

  void check_op(size_t s, size_t i) {
    const graph::Subgraph& subgraph = model_.subgraphs[s];
    const graph::Op& op = subgraph.ops[i];
    Precision precision = s == 0 ? choices_[i].precision : elsewhere_;
    const bool is_unknown = op.kind == graph::OpKind::kUnknown;
    if (activation_type(precision) == DType::kFloat32) {
      if (!is_unknown) return;
      precision = elsewhere_;
    }
    const MaybeObstacle obstacle = op_obstacle(subgraph, op, precision);
    if (!obstacle) return;
    const std::string place = s == 0 ? "" : fmt::format("subgraph {} {}: ", s, graph::quoted(subgraph.name));
    const std::string label = place + op_label(subgraph, i);
    add({s, i, label, obstacle->why,
         fmt::format("{} can't be quantized to {}: it {}; {}", label, precision_name(precision), obstacle->why,
                     obstacle->help),
         !is_unknown});
  }

  void check_outputs() {
    const graph::Subgraph& subgraph = model_.main();
    for (int32_t index : subgraph.outputs) {
      const graph::Tensor& tensor = tensor_at(subgraph, index);
      if (!tensor.is_constant() || tensor.type != DType::kFloat32) continue;
      const std::string label = tensor_label(subgraph, static_cast<size_t>(index));
      const std::string reason = "is an output of the model and a constant";
      add({0, std::nullopt, label, reason, label + " " + reason + ", which can't be quantized; drop that output"});
    }
  }

  const graph::Model& model_;
  const std::vector<OpChoice>& choices_;
  const Precision elsewhere_;
  std::vector<Refusal> refusals_;
};

bool works_on_integers(const graph::Subgraph& subgraph, const graph::Op& op) {
  return std::any_of(op.outputs.begin(), op.outputs.end(), [&](int32_t output) {
    return output != graph::kNoTensor && tensor_at(subgraph, output).quant.present();
  });
}

// Why there is nothing to quantize; empty when there is, or when something else is the matter.
std::string nothing_to_do(const graph::Subgraph& subgraph) {
  const std::vector<graph::Op>& ops = subgraph.ops;
  if (ops.empty()) return "the model has no operators, so there is nothing to quantize";
  const auto in_float = [&](const graph::Op& op) {
    const bool edge = op.kind != graph::OpKind::kUnknown && rule_of(op) == QuantRule::kEdge;
    return !edge && computes_in_float(subgraph, op);
  };
  if (std::any_of(ops.begin(), ops.end(), in_float)) return {};
  const auto integer = [&](const graph::Op& op) { return works_on_integers(subgraph, op); };
  if (std::any_of(ops.begin(), ops.end(), integer)) {
    return fmt::format(
        "the model is integer already: none of its {} operators computes in float32; quantize takes the float model "
        "that it was made from",
        ops.size());
  }
  const auto unknown = [](const graph::Op& op) { return op.kind == graph::OpKind::kUnknown; };
  if (std::any_of(ops.begin(), ops.end(), unknown)) return {};
  return fmt::format("none of the model's {} operators computes in float32, so there is nothing to quantize",
                     ops.size());
}

}  // namespace

std::vector<Refusal> find_refusals(const graph::Model& model, const std::vector<OpChoice>& choices,
                                   Precision elsewhere) {
  return RefusalFinder(model, choices, elsewhere).run();
}

Status check_computes_in_float(const graph::Model& model) {
  const std::string nothing = nothing_to_do(model.main());
  return nothing.empty() ? Status() : Status(Error(ErrorCode::kUnsupported, nothing));
}

Status check_quantizable(const graph::Model& model, Scheme scheme) {
  ATOLL_TRY(check_computes_in_float(model));
  const std::vector<OpChoice> choices(model.main().ops.size(), OpChoice{precision_of(scheme)});
  ErrorCollector errors;
  for (const Refusal& refusal : find_refusals(model, choices, precision_of(scheme))) {
    errors.add(Error(ErrorCode::kUnsupported, refusal.message));
  }
  return std::move(errors).status();
}

}  // namespace atl::quantizer
