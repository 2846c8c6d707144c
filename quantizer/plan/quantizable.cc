#include "quantizer/plan/quantizable.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "common/graph/builtin_names.h"
#include "common/graph/open_shapes.h"
#include "quantizer/observe/inner_tensors.h"
#include "quantizer/plan/float_operands.h"
#include "quantizer/plan/recurrent.h"
#include "quantizer/plan/weight_scales.h"

namespace atl::quantizer {
namespace {

using graph::DType;
using graph::QuantRule;

constexpr const char* kReplace =
    "replace it in the float model with operators that have an integer form (docs/quantization.md lists them), or "
    "quantize its weights alone (--mode dynamic-range)";
constexpr const char* kToInt8 = "quantize the model to int8, or replace it in the float model";
constexpr const char* kFixedShapes = "convert the float model with fixed shapes and plain, dense weights";
constexpr const char* kStartFromFloat = "start from the float model that it was made from";

// Why an operator can't be quantized, as a clause after "it", and what would help.
struct Reason {
  std::string why, help;
};
using MaybeReason = std::optional<Reason>;

// Operators with int8 kernels and none for int16 in the format's own runtime. (Its comparisons take int16, but compare
// the integers without regard to their scales.)
bool lacks_int16(graph::OpKind kind) {
  switch (kind) {
    case graph::OpKind::kEqual:
    case graph::OpKind::kNotEqual:
    case graph::OpKind::kLess:
    case graph::OpKind::kLessEqual:
    case graph::OpKind::kGreater:
    case graph::OpKind::kGreaterEqual:
    case graph::OpKind::kArgMax:
    case graph::OpKind::kArgMin:
    case graph::OpKind::kDepthToSpace:
    case graph::OpKind::kHardSwish:
    case graph::OpKind::kL2Normalization:
    case graph::OpKind::kLogSoftmax:
    case graph::OpKind::kOneHot:
    case graph::OpKind::kReluN1To1:
    case graph::OpKind::kRelu0To1:
    case graph::OpKind::kSpaceToDepth:
    case graph::OpKind::kSquaredDifference:
    case graph::OpKind::kSvdf:
    case graph::OpKind::kUnidirectionalSequenceLstm: return true;
    default: return false;
  }
}

// The checks of one operator in its subgraph.
class OpCheck {
 public:
  OpCheck(const graph::Subgraph& subgraph, const graph::Op& op, Scheme scheme)
      : subgraph_(subgraph), op_(op), scheme_(scheme) {}

  MaybeReason run() const {
    if (op_.kind == graph::OpKind::kUnknown) return unknown();
    if (widens_half_constant(subgraph_, op_)) return std::nullopt;
    if (graph::has_open_shape(subgraph_, op_))
      return Reason{"has shapes that are known only when the model runs", kFixedShapes};
    if (rule_of(op_) == QuantRule::kNone && computes_in_float(subgraph_, op_))
      return Reason{"has no integer form that the quantizer makes", kReplace};
    if (rule_of(op_) == QuantRule::kEdge)
      return Reason{"belongs to a model that is quantized in part", kStartFromFloat};
    for (const auto check : {&OpCheck::quantized_operand, &OpCheck::other_float, &OpCheck::state}) {
      if (MaybeReason reason = (this->*check)()) return reason;
    }
    if (!computes_in_float(subgraph_, op_)) return std::nullopt;
    if (scheme_ == Scheme::kInt16x8 && lacks_int16(op_.kind))
      return Reason{"has an int8 form and none with int16", kToInt8};
    for (const auto check : {&OpCheck::weights, &OpCheck::bias, &OpCheck::alpha, &OpCheck::constants}) {
      if (MaybeReason reason = (this->*check)()) return reason;
    }
    return std::nullopt;
  }

 private:
  MaybeReason unknown() const {
    if (op_.set_aside.empty()) return Reason{graph::refusal(op_), kReplace};
    return Reason{graph::refusal(op_), kFixedShapes};
  }

  // Calls visit(tensor) for every operand until it returns a reason.
  template <typename Visit>
  MaybeReason first_operand(const Visit& visit) const {
    for (const auto* list : {&op_.inputs, &op_.outputs}) {
      for (size_t i = 0; i < list->size(); ++i) {
        if ((*list)[i] == graph::kNoTensor) continue;
        const bool weights = list == &op_.inputs && i == weighted_operands(op_.kind).weights;
        if (weights && has_integer_weights(subgraph_, op_)) continue;
        MaybeReason reason = visit(tensor_at(subgraph_, (*list)[i]));
        if (reason) return reason;
      }
    }
    return std::nullopt;
  }

  MaybeReason quantized_operand() const {
    return first_operand([](const graph::Tensor& tensor) -> MaybeReason {
      if (graph::is_float(tensor.type) || !tensor.quant.present()) return std::nullopt;
      return Reason{fmt::format("uses {}, which is {} already", graph::quoted(tensor.name), dtype_name(tensor.type)),
                    kStartFromFloat};
    });
  }
  MaybeReason other_float() const {
    return first_operand([](const graph::Tensor& tensor) -> MaybeReason {
      if (!graph::is_float(tensor.type) || tensor.type == DType::kFloat32) return std::nullopt;
      return Reason{fmt::format("uses {}, which is {}", graph::quoted(tensor.name), dtype_name(tensor.type)),
                    "convert the model with float32 operators"};
    });
  }
  MaybeReason state() const {
    if (rule_of(op_) == QuantRule::kRecurrent) return recurrent();
    return first_operand([](const graph::Tensor& tensor) -> MaybeReason {
      if (!tensor.is_variable) return std::nullopt;
      return Reason{fmt::format("keeps its state in the variable {}", graph::quoted(tensor.name)),
                    "make the state an input and an output of the model"};
    });
  }

  MaybeReason recurrent() const {
    const std::optional<Obstacle> obstacle = recurrent_obstacle(subgraph_, op_);
    if (obstacle) return Reason{obstacle->why, obstacle->help};
    const std::vector<size_t> states = state_inputs(op_.kind);
    for (size_t i = 1; i < op_.inputs.size(); ++i) {
      if (!has_input(op_, i) || std::find(states.begin(), states.end(), i) != states.end()) continue;
      if (MaybeReason reason = computed(i, "weights")) return reason;
    }
    return std::nullopt;
  }

  // Constant, or a constant once float16 weights are widened.
  bool becomes_constant(int32_t index) const {
    if (tensor_at(subgraph_, index).is_constant()) return true;
    return std::any_of(subgraph_.ops.begin(), subgraph_.ops.end(), [&](const graph::Op& op) {
      return op.outputs.size() == 1 && op.outputs[0] == index && widens_half_constant(subgraph_, op);
    });
  }
  MaybeReason computed(size_t position, const char* what) const {
    const int32_t index = op_.inputs[position];
    if (becomes_constant(index)) return std::nullopt;
    return Reason{fmt::format("has {} that the model computes ({}); integer kernels need constant ones", what,
                              graph::quoted(tensor_at(subgraph_, index).name)),
                  "make them constants of the float model"};
  }
  MaybeReason weights() const {
    if (rule_of(op_) != QuantRule::kWeighted) return std::nullopt;
    const auto* dense = std::get_if<graph::FullyConnectedAttrs>(&op_.attrs);
    if (dense != nullptr && dense->shuffled_weights) {
      return Reason{"has shuffled weights", "convert the float model without them"};
    }
    return computed(weighted_operands(op_.kind).weights, "weights");
  }
  MaybeReason bias() const {
    const size_t position = weighted_operands(op_.kind).bias;
    if (rule_of(op_) != QuantRule::kWeighted || !has_operand(op_, position)) return std::nullopt;
    return computed(position, "a bias");
  }
  MaybeReason alpha() const {
    if (op_.kind != graph::OpKind::kPrelu || scheme_ == Scheme::kInt8) return std::nullopt;
    return computed(1, "an alpha");
  }

  MaybeReason constants() const {
    return first_operand([](const graph::Tensor& tensor) -> MaybeReason {
      if (!tensor.is_constant() || tensor.type != DType::kFloat32) return std::nullopt;
      const std::vector<float> values = float_values(tensor);
      const auto bad = std::find_if(values.begin(), values.end(), [](float x) { return !std::isfinite(x); });
      if (bad == values.end()) return std::nullopt;
      return Reason{fmt::format("uses {}, whose element {} is {}", graph::quoted(tensor.name), bad - values.begin(),
                                std::isnan(*bad) ? "NaN" : "infinite"),
                    "repair the float model"};
    });
  }

  const graph::Subgraph& subgraph_;
  const graph::Op& op_;
  const Scheme scheme_;
};

void check_ops(const graph::Model& model, Scheme scheme, ErrorCollector& errors) {
  for (size_t s = 0; s < model.subgraphs.size(); ++s) {
    const graph::Subgraph& subgraph = model.subgraphs[s];
    const std::string place = s == 0 ? "" : fmt::format("subgraph {} {}: ", s, graph::quoted(subgraph.name));
    for (size_t i = 0; i < subgraph.ops.size(); ++i) {
      const MaybeReason reason = OpCheck(subgraph, subgraph.ops[i], scheme).run();
      if (!reason) continue;
      errors.add(make_error(ErrorCode::kUnsupported, "{}{} can't be quantized to {}: it {}; {}", place,
                            op_label(subgraph, i), scheme_name(scheme), reason->why, reason->help));
    }
  }
}

void check_ends(const graph::Subgraph& subgraph, ErrorCollector& errors) {
  for (int32_t index : subgraph.outputs) {
    const graph::Tensor& tensor = tensor_at(subgraph, index);
    if (!tensor.is_constant() || tensor.type != DType::kFloat32) continue;
    errors.add(make_error(ErrorCode::kUnsupported,
                          "{} is an output of the model and a constant, which can't be quantized; drop that output",
                          tensor_label(subgraph, static_cast<size_t>(index))));
  }
}

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
        "that "
        "it was made from",
        ops.size());
  }
  const auto unknown = [](const graph::Op& op) { return op.kind == graph::OpKind::kUnknown; };
  if (std::any_of(ops.begin(), ops.end(), unknown)) return {};
  return fmt::format("none of the model's {} operators computes in float32, so there is nothing to quantize",
                     ops.size());
}

}  // namespace

bool widens_half_constant(const graph::Subgraph& subgraph, const graph::Op& op) {
  if (op.kind != graph::OpKind::kDequantize) return false;
  const graph::Tensor& input = tensor_at(subgraph, op.inputs[0]);
  return input.type == DType::kFloat16 && input.is_constant();
}

bool has_integer_weights(const graph::Subgraph& subgraph, const graph::Op& op) {
  const WeightedOperands at = weighted_operands(op.kind);
  if (rule_of(op) != QuantRule::kWeighted || !is_float32(subgraph, op.inputs[at.input])) return false;
  const graph::Tensor& weights = tensor_at(subgraph, op.inputs[at.weights]);
  const bool bytes = weights.type == DType::kInt8 || weights.type == DType::kUint8;
  return bytes && weights.is_constant() && weights.quant.present();
}

Status check_quantizable(const graph::Model& model, Scheme scheme) {
  const std::string nothing = nothing_to_do(model.main());
  if (!nothing.empty()) return Error(ErrorCode::kUnsupported, nothing);
  ErrorCollector errors;
  check_ops(model, scheme, errors);
  check_ends(model.main(), errors);
  if (model.subgraphs.size() > 1) {
    errors.add(
        make_error(ErrorCode::kUnsupported,
                   "the model has {} subgraphs; only a model of one can be quantized, so cut it into models of one",
                   model.subgraphs.size()));
  }
  return std::move(errors).status();
}

}  // namespace atl::quantizer
