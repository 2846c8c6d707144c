#include "quantizer/plan/recurrent.h"

#include <algorithm>
#include <cmath>

#include "common/base/check.h"
#include "common/kernels/recurrent/inner_values.h"
#include "quantizer/observe/inner_tensors.h"
#include "quantizer/plan/float_operands.h"
#include "quantizer/plan/weight_scales.h"

namespace atl::quantizer {
namespace {

using graph::DType;
using kernels::recurrent::kHiddenValues;
using kernels::recurrent::kInputGateSum;

constexpr float kGateUnit = 0x1p-12f;
constexpr float kNormalizedUnit = 0x1p-10f;  // of a gate after layer normalization, in units of its coefficients
constexpr float kMostTimeWeight = 512;
constexpr int kLeastCellExponent = -15, kMostCellExponent = -9;

ConstantPlan symmetric(ConstantForm form, DType type, float scale) {
  ConstantPlan plan{form, type, {}};
  plan.quant.scale = {scale};
  plan.quant.zero_point = {0};
  return plan;
}

float largest_of(const std::vector<float>& values) {
  auto largest = static_cast<float>(kSmallestSpan / 2);
  for (const float value : values) largest = std::max(largest, std::fabs(value));
  return largest;
}

// The power of two.
float cell_scale(const Range& range) {
  const double largest = range.empty() ? 0 : std::max(std::fabs(double{range.min}), std::fabs(double{range.max}));
  int exponent = kLeastCellExponent;
  while (exponent < kMostCellExponent && std::ldexp(32768.0, exponent) < largest) ++exponent;
  return std::ldexp(1.0f, exponent);
}

AffineParams around_zero_int8(const Range& range) {
  const float largest = range.empty() ? 0 : std::max(std::fabs(range.min), std::fabs(range.max));
  return {std::max(largest, static_cast<float>(kSmallestSpan / 2)) / 127, 0};
}

class RecurrentPlanner {
 public:
  RecurrentPlanner(const graph::Subgraph& subgraph, const graph::Op& op, const std::vector<Range>& ranges)
      : subgraph_(subgraph), op_(op), ranges_(ranges) {}

  RecurrentPlan lstm(const AffineParams& input, const AffineParams& output) {
    for (size_t gate = 0; gate < lstm::kGates; ++gate) {
      if (has_input(op_, lstm::kInputWeights + gate)) plan_gate(gate, input);
      // Unused ones are told what the kernels work in.
      set_inner(kInputGateSum + gate, {DType::kInt16, {kGateUnit, 0}});
      if (has_input(op_, lstm::kNormalization + gate)) {
        set_inner(kInputGateSum + gate, {DType::kInt16, symmetric_int16(inner_range(kInputGateSum + gate))});
      }
    }
    AffineParams hidden = output;
    if (has_input(op_, lstm::kProjection)) {
      hidden = around_zero_int8(inner_range(kHiddenValues));
      plan_weights(lstm::kProjection);
      plan_bias(lstm::kProjectionBias, hidden.scale, lstm::kProjection);
    }
    set_inner(kHiddenValues, {DType::kInt8, hidden});
    const int32_t cells = op_.inputs[lstm::kCellState];
    result_.inner[op_.inputs[lstm::kOutputState]] = {DType::kInt8, output};
    result_.inner[cells] = {DType::kInt16, {cell_scale(ranges_[static_cast<size_t>(cells)]), 0}};
    return std::move(result_);
  }

  RecurrentPlan svdf() {
    const int32_t state = op_.inputs[svdf::kState];
    const AffineParams params = symmetric_int16(ranges_[static_cast<size_t>(state)]);
    result_.inner[state] = {DType::kInt16, params};
    plan_weights(svdf::kFeatureWeights);
    plan_wide_weights(svdf::kTimeWeights, kMostTimeWeight);
    plan_bias(svdf::kBias, params.scale, svdf::kTimeWeights);
    return std::move(result_);
  }

 private:
  std::vector<float> values(size_t position) const { return float_values(tensor_at(subgraph_, op_.inputs[position])); }
  Range inner_range(size_t place) const { return ranges_[static_cast<size_t>(inner_tensor(op_, place))]; }
  void set_inner(size_t place, const Form& form) {
    const int32_t tensor = inner_tensor(op_, place);
    ATOLL_CHECK(tensor != graph::kNoTensor, "{} has no inner tensors", graph::op_name(op_));
    result_.inner[tensor] = form;
  }

  void plan_weights(size_t position) {
    const float scale = symmetric_scale(values(position));
    result_.constants[position] = symmetric(ConstantForm::kWeights, DType::kInt8, scale);
  }
  void plan_wide_weights(size_t position, float most) {
    const float scale = largest_of(values(position)) / most;
    result_.constants[position] = symmetric(ConstantForm::kWeights, DType::kInt16, scale);
  }
  // In units of `unit` x the scale of the weights at that position, which is raised for a bias too large for them.
  void plan_bias(size_t position, float unit, size_t weights) {
    if (!has_input(op_, position)) return;
    std::vector<float>& weight_scales = result_.constants.at(weights).quant.scale;
    const float scale = bias_scales(values(position), unit, kLargestBias, weight_scales)[0];
    result_.constants[position] = symmetric(ConstantForm::kBias, DType::kInt32, scale);
  }

  void plan_gate(size_t gate, const AffineParams& input) {
    plan_weights(lstm::kInputWeights + gate);
    plan_weights(lstm::kRecurrentWeights + gate);
    const size_t peephole = lstm::kPeepholes + (gate == 3 ? 2 : gate);
    if (gate != 2 && has_input(op_, peephole)) plan_wide_weights(peephole, 32767);
    if (has_input(op_, lstm::kNormalization + gate)) {
      plan_wide_weights(lstm::kNormalization + gate, 32767);
      plan_bias(lstm::kBiases + gate, kNormalizedUnit, lstm::kNormalization + gate);
    } else {
      plan_bias(lstm::kBiases + gate, input.scale, lstm::kInputWeights + gate);
    }
  }

  const graph::Subgraph& subgraph_;
  const graph::Op& op_;
  const std::vector<Range>& ranges_;
  RecurrentPlan result_;
};

constexpr const char* kReplace = "replace it in the float model";

// How often operators and the model itself refer to a tensor.
int64_t references(const graph::Subgraph& subgraph, int32_t tensor) {
  int64_t count = std::count(subgraph.inputs.begin(), subgraph.inputs.end(), tensor) +
                  std::count(subgraph.outputs.begin(), subgraph.outputs.end(), tensor);
  for (const graph::Op& op : subgraph.ops) {
    count += std::count(op.inputs.begin(), op.inputs.end(), tensor);
    count += std::count(op.outputs.begin(), op.outputs.end(), tensor);
  }
  return count;
}

std::optional<Obstacle> state_obstacle(const graph::Subgraph& subgraph, const graph::Op& op) {
  for (const size_t position : state_inputs(op.kind)) {
    if (!has_input(op, position) || !tensor_at(subgraph, op.inputs[position]).is_variable) {
      return Obstacle{fmt::format("has no variable for its state (input {})", position), "repair the float model"};
    }
    const int32_t state = op.inputs[position];
    if (references(subgraph, state) == 1) continue;
    return Obstacle{fmt::format("shares its state {} with others", graph::quoted(tensor_at(subgraph, state).name)),
                    "give it a state of its own in the float model"};
  }
  return std::nullopt;
}

std::optional<Obstacle> lstm_obstacle(const graph::Subgraph& subgraph, const graph::Op& op) {
  const auto& attrs = std::get<graph::UnidirectionalLstmAttrs>(op.attrs);
  if (attrs.diagonal_recurrent_tensors) {
    return Obstacle{"has diagonal recurrent weights", "convert the float model with whole matrices"};
  }
  if (attrs.activation != graph::Activation::kTanh) {
    return Obstacle{fmt::format("has the activation {}; integer kernels compute tanh alone",
                                graph::activation_name(attrs.activation)),
                    kReplace};
  }
  const bool peepholes = has_input(op, lstm::kPeepholes + 1) || has_input(op, lstm::kPeepholes + 2);
  if (!peepholes || !has_input(op, lstm::kProjection)) return std::nullopt;
  const graph::Shape& projection = tensor_at(subgraph, op.inputs[lstm::kProjection]).shape;
  if (projection.size() == 2 && projection[0] == projection[1]) return std::nullopt;
  return Obstacle{
      "has peepholes and a projection to another number of outputs, and the integer kernel of the reference reads the "
      "peepholes wrongly then",
      kReplace};
}

std::optional<Obstacle> svdf_obstacle(const graph::Op& op) {
  const auto& attrs = std::get<graph::SvdfAttrs>(op.attrs);
  if (attrs.activation == graph::Activation::kRelu) return std::nullopt;
  return Obstacle{
      fmt::format("has the activation {}; integer kernels take relu alone", graph::activation_name(attrs.activation)),
      kReplace};
}

}  // namespace

RecurrentPlan plan_recurrent(const graph::Subgraph& subgraph, const graph::Op& op, const AffineParams& input,
                             const AffineParams& output, const std::vector<Range>& ranges) {
  RecurrentPlanner planner(subgraph, op, ranges);
  return op.kind == graph::OpKind::kSvdf ? planner.svdf() : planner.lstm(input, output);
}

std::optional<Obstacle> recurrent_obstacle(const graph::Subgraph& subgraph, const graph::Op& op) {
  std::optional<Obstacle> own = op.kind == graph::OpKind::kSvdf ? svdf_obstacle(op) : lstm_obstacle(subgraph, op);
  return own ? own : state_obstacle(subgraph, op);
}

std::vector<std::pair<size_t, Obstacle>> find_open_relus(const graph::Subgraph& subgraph, const Plan& plan) {
  std::vector<std::pair<size_t, Obstacle>> found;
  for (size_t i = 0; i < subgraph.ops.size(); ++i) {
    const graph::Op& op = subgraph.ops[i];
    if (op.kind != graph::OpKind::kSvdf || !plan.is_integer(i)) continue;
    if (plan.activations[static_cast<size_t>(op.outputs[0])].params.zero_point == -128) continue;
    found.emplace_back(i, Obstacle{"shares its scale with values below 0 that it is joined with, and the integer "
                                   "kernel has no RELU then",
                                   "put a RELU behind it in the float model"});
  }
  return found;
}

}  // namespace atl::quantizer
