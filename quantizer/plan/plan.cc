#include "quantizer/plan/plan.h"

#include <algorithm>

#include "common/base/check.h"
#include "quantizer/plan/float_operands.h"
#include "quantizer/plan/weight_scales.h"

namespace atl::quantizer {
namespace {

using graph::QuantRule;

// What an operator clamps its output to from above, on its own or by a fused activation; 0: nothing.
float upper_bound(const graph::Op& op) {
  if (op.kind == graph::OpKind::kRelu6) return 6;
  if (op.kind == graph::OpKind::kReluN1To1 || op.kind == graph::OpKind::kRelu0To1) return 1;
  const auto fused = std::visit(
      [](const auto& attrs) {
        if constexpr (requires { attrs.activation; }) return attrs.activation;
        return graph::Activation::kNone;
      },
      op.attrs);
  if (fused == graph::Activation::kRelu6) return 6;
  return fused == graph::Activation::kReluN1To1 ? 1 : 0;
}

class Planner {
 public:
  Planner(const graph::Subgraph& subgraph, const std::vector<Range>& ranges, Scheme scheme)
      : subgraph_(subgraph), ranges_(ranges), groups_(find_scale_groups(subgraph, scheme)) {
    plan_.scheme = scheme;
  }

  Plan run() {
    plan_activations();
    for (size_t i = 0; i < subgraph_.ops.size(); ++i) plan_constants(i);
    // Raised scales can call for others, never for lower ones; an operator asks at most once for each group.
    while (raise_outputs()) {
    }
    for (size_t i = 0; i < subgraph_.ops.size(); ++i) plan_weights(i);
    return std::move(plan_);
  }

 private:
  void plan_activations() {
    plan_.activations.resize(subgraph_.tensors.size());
    for (const ScaleGroup& group : groups_.groups) {
      const AffineParams params = group.fixed ? *group.fixed : activation_params(plan_.scheme, range_of(group));
      for (size_t t : group.members) plan_.activations[t] = params;
    }
    for (const OperandRef& read : groups_.requantized) plan_.requantized[read] = output_params(subgraph_.ops[read.op]);
  }

  Range range_of(const ScaleGroup& group) const {
    Range range{0, 0};
    for (size_t t : group.ranged_by) range.include(ranges_[t]);
    return range;
  }

  const AffineParams& output_params(const graph::Op& op) const {
    return *plan_.activations[static_cast<size_t>(op.outputs[0])];
  }

  void plan_constants(size_t op_index) {
    const graph::Op& op = subgraph_.ops[op_index];
    const QuantRule rule = rule_of(op);
    for (size_t i : float_inputs(subgraph_, op)) {
      if (is_activation(subgraph_, op.inputs[i])) continue;
      if (rule == QuantRule::kWeighted && i != weighted_operands(op.kind).input) continue;
      if (i == 1 && has_constant_alpha(subgraph_, op)) continue;
      const AffineParams params = rule == QuantRule::kSameScale ? output_params(op) : own_params(op.inputs[i]);
      plan_.constants[{op_index, i}] = {ConstantForm::kActivation, activation_type(plan_.scheme),
                                        to_quantization(params)};
    }
  }

  AffineParams operand_params(size_t op_index, size_t input) const {
    const auto constant = plan_.constants.find({op_index, input});
    if (constant == plan_.constants.end()) {
      return *plan_.activations[static_cast<size_t>(subgraph_.ops[op_index].inputs[input])];
    }
    const graph::Quantization& quant = constant->second.quant;
    return {quant.scale[0], static_cast<int32_t>(quant.zero_point[0])};
  }

  // The smallest scale of an operator's output that the kernels can work with; 0: any.
  float least_output_scale(size_t op_index) const {
    const graph::Op& op = subgraph_.ops[op_index];
    if (op.kind == graph::OpKind::kHardSwish) return smallest_hard_swish_scale(operand_params(op_index, 0).scale);
    const float clamped = smallest_clamped_scale(upper_bound(op));
    if (op.kind != graph::OpKind::kAdd) return clamped;
    const float a = operand_params(op_index, 0).scale, b = operand_params(op_index, 1).scale;
    return std::max(clamped, smallest_sum_scale(plan_.scheme, a, b));
  }

  // Gives outputs at least that scale. True if one was raised.
  bool raise_outputs() {
    bool raised = false;
    for (size_t i = 0; i < subgraph_.ops.size(); ++i) {
      const graph::Op& op = subgraph_.ops[i];
      if (op.outputs.empty() || !is_activation(subgraph_, op.outputs[0])) continue;
      const float least = least_output_scale(i);
      if (output_params(op).scale >= least) continue;
      raised = true;
      raise_group(static_cast<size_t>(op.outputs[0]), least);
    }
    return raised;
  }

  void raise_group(size_t tensor, float scale) {
    const auto group = static_cast<size_t>(groups_.group_of[tensor]);
    for (size_t t : groups_.groups[group].members) plan_.activations[t]->scale = scale;
    const AffineParams params = *plan_.activations[tensor];
    for (auto& [read, requantized] : plan_.requantized) {
      if (reads_into(read, group)) requantized = params;
    }
    for (auto& [read, constant] : plan_.constants) {
      if (rule_of(subgraph_.ops[read.op]) == QuantRule::kSameScale && reads_into(read, group)) {
        constant.quant = to_quantization(params);
      }
    }
  }
  bool reads_into(const OperandRef& read, size_t group) const {
    const int32_t output = subgraph_.ops[read.op].outputs[0];
    return groups_.group_of[static_cast<size_t>(output)] == static_cast<int32_t>(group);
  }

  AffineParams own_params(int32_t tensor) const {
    Range range;
    for (float value : float_values(tensor_at(subgraph_, tensor))) range.include({value, value});
    return activation_params(plan_.scheme, range);
  }

  void plan_weights(size_t op_index) {
    const graph::Op& op = subgraph_.ops[op_index];
    if (has_constant_alpha(subgraph_, op) && is_float32(subgraph_, op.inputs[1])) {
      const std::vector<float> alpha = float_values(tensor_at(subgraph_, op.inputs[1]));
      plan_.constants[{op_index, 1}] =
          symmetric(ConstantForm::kWeights, graph::DType::kInt8, {symmetric_scale(alpha)}, 0);
    }
    if (rule_of(op) != QuantRule::kWeighted || !computes_in_float(subgraph_, op)) return;
    const WeightedOperands at = weighted_operands(op.kind);
    const graph::Tensor& weights = tensor_at(subgraph_, op.inputs[at.weights]);
    const int32_t axis = channel_axis(op.kind);
    std::vector<float> scales = symmetric_scales(float_values(weights), weights.shape, axis);
    if (has_operand(op, at.bias)) {
      const std::vector<float> biases = float_values(tensor_at(subgraph_, op.inputs[at.bias]));
      ATOLL_CHECK(biases.size() == scales.size(), "{} biases for {} channels", biases.size(), scales.size());
      const float input_scale = operand_params(op_index, at.input).scale;
      const double largest = plan_.scheme == Scheme::kInt8 ? kLargestBias : kLargestWideBias;
      plan_.constants[{op_index, at.bias}] =
          symmetric(ConstantForm::kBias, bias_type(plan_.scheme), bias_scales(biases, input_scale, largest, scales), 0);
    }
    plan_.constants[{op_index, at.weights}] =
        symmetric(ConstantForm::kWeights, graph::DType::kInt8, std::move(scales), axis);
  }

  static ConstantPlan symmetric(ConstantForm form, graph::DType type, std::vector<float> scales, int32_t axis) {
    ConstantPlan plan{form, type, {}};
    plan.quant.zero_point.assign(scales.size(), 0);
    plan.quant.scale = std::move(scales);
    plan.quant.axis = axis;
    return plan;
  }

  const graph::Subgraph& subgraph_;
  const std::vector<Range>& ranges_;
  const ScaleGroups groups_;
  Plan plan_;
};

}  // namespace

Plan make_plan(const graph::Subgraph& subgraph, const std::vector<Range>& ranges, Scheme scheme) {
  return Planner(subgraph, ranges, scheme).run();
}

}  // namespace atl::quantizer
