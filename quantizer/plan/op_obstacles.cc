#include "quantizer/plan/op_obstacles.h"

#include <algorithm>
#include <cmath>

#include "common/base/check.h"
#include "common/graph/builtin_names.h"
#include "common/graph/open_shapes.h"
#include "quantizer/observe/inner_tensors.h"
#include "quantizer/plan/float_operands.h"
#include "quantizer/plan/recurrent.h"

namespace atl::quantizer {
namespace {

using graph::DType;
using graph::QuantRule;

constexpr const char* kReplace =
    "replace it in the float model with operators that have an integer form (docs/quantization.md lists them), keep it "
    "in float32 (--float-fallback), or quantize weights alone (--mode dynamic-range)";
// An operator that can't be run at all stands in the way of ranges for those behind it, too.
constexpr const char* kReplaceUnknown =
    "replace it in the float model with operators that have an integer form (docs/quantization.md lists them), or "
    "quantize its weights alone (--mode dynamic-range)";
constexpr const char* kToInt8 =
    "quantize it to int8 (--mode int8, or a --recipe for it alone), keep it in float32 (--float-fallback), or replace "
    "it in the float model";
constexpr const char* kFixedShapes = "convert the float model with fixed shapes and plain, dense weights";
constexpr const char* kOrFloat = ", or keep it in float32 (--float-fallback)";
constexpr const char* kStartFromFloat = "start from the float model that it was made from";

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
  OpCheck(const graph::Subgraph& subgraph, const graph::Op& op, Precision precision)
      : subgraph_(subgraph), op_(op), precision_(precision) {}

  MaybeObstacle run() const {
    if (op_.kind == graph::OpKind::kUnknown) return unknown();
    if (widens_half_constant(subgraph_, op_)) return std::nullopt;
    if (graph::has_open_shape(subgraph_, op_))
      return Obstacle{"has shapes that are known only when the model runs", std::string(kFixedShapes) + kOrFloat};
    if (rule_of(op_) == QuantRule::kNone && computes_in_float(subgraph_, op_)) return Obstacle{no_rule(), kReplace};
    if (rule_of(op_) == QuantRule::kEdge)
      return Obstacle{"belongs to a model that is quantized in part", kStartFromFloat};
    for (const auto check : {&OpCheck::quantized_operand, &OpCheck::other_float, &OpCheck::state}) {
      if (MaybeObstacle reason = (this->*check)()) return reason;
    }
    if (!computes_in_float(subgraph_, op_)) return std::nullopt;
    if (precision_ == Precision::kInt16x8 && lacks_int16(op_.kind))
      return Obstacle{"has an int8 form and none with int16", kToInt8};
    for (const auto check : {&OpCheck::weights, &OpCheck::bias, &OpCheck::alpha, &OpCheck::constants}) {
      if (MaybeObstacle reason = (this->*check)()) return reason;
    }
    return std::nullopt;
  }

 private:
  MaybeObstacle unknown() const {
    if (op_.set_aside.empty()) return Obstacle{graph::refusal(op_), kReplaceUnknown};
    return Obstacle{graph::refusal(op_), kFixedShapes};
  }

  const char* no_rule() const {
    const bool recurrent =
        op_.kind == graph::OpKind::kUnidirectionalSequenceRnn || op_.kind == graph::OpKind::kBidirectionalSequenceLstm;
    return recurrent ? "has no integer kernel in the format's own runtime"
                     : "has no integer form that the quantizer makes";
  }

  // Calls visit(tensor) for every operand until it returns a reason.
  template <typename Visit>
  MaybeObstacle first_operand(const Visit& visit) const {
    for (const auto* list : {&op_.inputs, &op_.outputs}) {
      for (size_t i = 0; i < list->size(); ++i) {
        if ((*list)[i] == graph::kNoTensor) continue;
        const bool weights = list == &op_.inputs && i == weighted_operands(op_.kind).weights;
        if (weights && has_integer_weights(subgraph_, op_)) continue;
        MaybeObstacle reason = visit(tensor_at(subgraph_, (*list)[i]));
        if (reason) return reason;
      }
    }
    return std::nullopt;
  }

  MaybeObstacle quantized_operand() const {
    return first_operand([](const graph::Tensor& tensor) -> MaybeObstacle {
      if (graph::is_float(tensor.type) || !tensor.quant.present()) return std::nullopt;
      return Obstacle{fmt::format("uses {}, which is {} already", graph::quoted(tensor.name), dtype_name(tensor.type)),
                      kStartFromFloat};
    });
  }
  MaybeObstacle other_float() const {
    return first_operand([](const graph::Tensor& tensor) -> MaybeObstacle {
      if (!graph::is_float(tensor.type) || tensor.type == DType::kFloat32) return std::nullopt;
      return Obstacle{fmt::format("uses {}, which is {}", graph::quoted(tensor.name), dtype_name(tensor.type)),
                      "convert the model with float32 operators"};
    });
  }
  MaybeObstacle state() const {
    if (rule_of(op_) == QuantRule::kRecurrent) return recurrent();
    return first_operand([](const graph::Tensor& tensor) -> MaybeObstacle {
      if (!tensor.is_variable) return std::nullopt;
      return Obstacle{fmt::format("keeps its state in the variable {}", graph::quoted(tensor.name)),
                      std::string("make the state an input and an output of the model") + kOrFloat};
    });
  }

  MaybeObstacle recurrent() const {
    const std::optional<Obstacle> obstacle = recurrent_obstacle(subgraph_, op_);
    if (obstacle) return Obstacle{obstacle->why, obstacle->help + kOrFloat};
    const std::vector<size_t> states = state_inputs(op_.kind);
    for (size_t i = 1; i < op_.inputs.size(); ++i) {
      if (!has_input(op_, i) || std::find(states.begin(), states.end(), i) != states.end()) continue;
      if (MaybeObstacle reason = computed(i, "weights")) return reason;
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
  MaybeObstacle computed(size_t position, const char* what) const {
    const int32_t index = op_.inputs[position];
    if (becomes_constant(index)) return std::nullopt;
    return Obstacle{fmt::format("has {} that the model computes ({}); integer kernels need constant ones", what,
                                graph::quoted(tensor_at(subgraph_, index).name)),
                    std::string("make them constants of the float model") + kOrFloat};
  }
  MaybeObstacle weights() const {
    if (rule_of(op_) != QuantRule::kWeighted) return std::nullopt;
    const auto* dense = std::get_if<graph::FullyConnectedAttrs>(&op_.attrs);
    if (dense != nullptr && dense->shuffled_weights) {
      return Obstacle{"has shuffled weights", std::string("convert the float model without them") + kOrFloat};
    }
    return computed(weighted_operands(op_.kind).weights, "weights");
  }
  MaybeObstacle bias() const {
    const size_t position = weighted_operands(op_.kind).bias;
    if (rule_of(op_) != QuantRule::kWeighted || !has_operand(op_, position)) return std::nullopt;
    return computed(position, "a bias");
  }
  MaybeObstacle alpha() const {
    if (op_.kind != graph::OpKind::kPrelu || precision_ == Precision::kInt8) return std::nullopt;
    return computed(1, "an alpha");
  }

  MaybeObstacle constants() const {
    return first_operand([](const graph::Tensor& tensor) -> MaybeObstacle {
      if (!tensor.is_constant() || tensor.type != DType::kFloat32) return std::nullopt;
      const std::vector<float> values = float_values(tensor);
      const auto bad = std::find_if(values.begin(), values.end(), [](float x) { return !std::isfinite(x); });
      if (bad == values.end()) return std::nullopt;
      return Obstacle{fmt::format("uses {}, whose element {} is {}", graph::quoted(tensor.name), bad - values.begin(),
                                  std::isnan(*bad) ? "NaN" : "infinite"),
                      "repair the float model"};
    });
  }

  const graph::Subgraph& subgraph_;
  const graph::Op& op_;
  const Precision precision_;
};

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

MaybeObstacle op_obstacle(const graph::Subgraph& subgraph, const graph::Op& op, Precision precision) {
  ATOLL_CHECK(precision == Precision::kInt8 || precision == Precision::kInt16x8, "precision {}",
              precision_name(precision));
  return OpCheck(subgraph, op, precision).run();
}

}  // namespace atl::quantizer
