#include "quantizer/plan/plan.h"

#include <algorithm>

#include "common/base/check.h"
#include "quantizer/plan/float_operands.h"
#include "quantizer/plan/recurrent.h"
#include "quantizer/plan/weight_scales.h"

namespace atl::quantizer {
namespace {

using graph::DType;
using graph::QuantRule;

// What an operator clamps its output to from above, on its own or by a fused activation; 0: nothing.
float upper_bound(const graph::Op& op) {
  if (op.kind == graph::OpKind::kRelu6) return 6;
  if (op.kind == graph::OpKind::kReluN1To1 || op.kind == graph::OpKind::kRelu0To1) return 1;
  const graph::Activation fused = fused_activation(op);
  if (fused == graph::Activation::kRelu6) return 6;
  return fused == graph::Activation::kReluN1To1 ? 1 : 0;
}

class Planner {
 public:
  Planner(const graph::Subgraph& subgraph, const std::vector<Range>& ranges, const std::vector<OpChoice>& choices,
          const EdgeTypes& edges)
      : subgraph_(subgraph),
        ranges_(ranges),
        choices_(choices),
        forms_(find_forms(subgraph, choices, edges)),
        groups_(find_scale_groups(subgraph, forms_)) {}

  Plan run() {
    for (const ScaleGroup& group : groups_.groups) {
      params_.push_back(group.fixed ? *group.fixed : activation_params(group.members[0].type, range_of(group)));
    }
    plan_added_constants();
    // Raised scales can call for others, never for lower ones; an operator asks at most once for each group.
    while (raise_outputs()) {
    }
    plan_activations();
    plan_reads();
    plan_joined_constants();
    for (size_t i = 0; i < subgraph_.ops.size(); ++i) plan_weights(i);
    for (size_t i = 0; i < subgraph_.ops.size(); ++i) plan_inside(i);
    plan_.of_op = forms_.of_op;
    return std::move(plan_);
  }

 private:
  DType type_of(size_t op) const { return forms_.of_op[op]; }
  const AffineParams& params_of(int32_t tensor, DType type) const {
    return params_[groups_.at({static_cast<size_t>(tensor), type})];
  }
  // Of an integer operator.
  const AffineParams& output_params(size_t op) const { return params_of(subgraph_.ops[op].outputs[0], type_of(op)); }
  Form form_of(int32_t tensor, DType type) const {
    return type == DType::kFloat32 ? Form{} : Form{type, params_of(tensor, type)};
  }

  Range range_of(const ScaleGroup& group) const {
    Range range{0, 0};
    for (size_t t : group.ranged_by) range.include(ranges_[t]);
    return range;
  }

  void plan_activations() {
    for (size_t t = 0; t < subgraph_.tensors.size(); ++t) {
      plan_.activations.push_back(forms_.own[t] ? form_of(static_cast<int32_t>(t), *forms_.own[t]) : Form{});
    }
    for (int32_t input : subgraph_.inputs) plan_.inputs.push_back(edge_form(input, forms_.edges.input));
    for (int32_t output : subgraph_.outputs) plan_.outputs.push_back(edge_form(output, forms_.edges.output));
  }

  Form edge_form(int32_t tensor, DType type) const {
    if (!is_activation(subgraph_, tensor)) return {};
    if (type != DType::kUint8) return form_of(tensor, type);
    Form form = form_of(tensor, DType::kInt8);
    form.type = DType::kUint8;
    form.params.zero_point += 128;
    return form;
  }

  void plan_reads() {
    for (size_t i = 0; i < subgraph_.ops.size(); ++i) {
      const graph::Op& op = subgraph_.ops[i];
      for (size_t k : float_inputs(subgraph_, op)) {
        if (!is_activation(subgraph_, op.inputs[k])) continue;
        const auto t = static_cast<size_t>(op.inputs[k]);
        if (*forms_.own[t] != type_of(i)) plan_.reads[{i, k}] = form_of(op.inputs[k], type_of(i));
      }
    }
    for (const OperandRef& read : groups_.requantized) {
      const Form wanted{type_of(read.op), output_params(read.op)};
      const int32_t tensor = subgraph_.ops[read.op].inputs[read.input];
      if (*forms_.own[static_cast<size_t>(tensor)] != wanted.type || form_of(tensor, wanted.type) != wanted) {
        plan_.reads[read] = wanted;
      }
    }
  }

  // Calls visit(operand) for the float32 constants of integer operators that are quantized like activations.
  template <typename Visit>
  void for_each_constant(const Visit& visit) const {
    for (size_t i = 0; i < subgraph_.ops.size(); ++i) {
      const graph::Op& op = subgraph_.ops[i];
      for (size_t k : float_inputs(subgraph_, op)) {
        if (!forms_.is_integer(i) || is_activation(subgraph_, op.inputs[k])) continue;
        if (rule_of(op) == QuantRule::kWeighted && k != weighted_operands(op.kind).input) continue;
        if (k == 1 && has_constant_alpha(subgraph_, op)) continue;
        if (k != 0 && rule_of(op) == QuantRule::kRecurrent) continue;
        visit(OperandRef{i, k});
      }
    }
  }
  void plan_constant(const OperandRef& ref, const AffineParams& params) {
    plan_.constants[ref] = {ConstantForm::kActivation, type_of(ref.op), to_quantization(params)};
  }
  void plan_added_constants() {
    for_each_constant([&](const OperandRef& ref) {
      const graph::Op& op = subgraph_.ops[ref.op];
      if (rule_of(op) == QuantRule::kSameScale) return;
      plan_constant(ref, own_params(op.inputs[ref.input], type_of(ref.op)));
    });
  }
  void plan_joined_constants() {
    for_each_constant([&](const OperandRef& ref) {
      if (rule_of(subgraph_.ops[ref.op]) == QuantRule::kSameScale) plan_constant(ref, output_params(ref.op));
    });
  }

  // The scale of an operand that isn't joined to the output.
  float operand_scale(size_t op_index, size_t input) const {
    const auto constant = plan_.constants.find({op_index, input});
    if (constant != plan_.constants.end()) return constant->second.quant.scale[0];
    return params_of(subgraph_.ops[op_index].inputs[input], type_of(op_index)).scale;
  }

  // The smallest scale of an operator's output that the kernels can work with; 0: any.
  float least_output_scale(size_t op_index) const {
    const graph::Op& op = subgraph_.ops[op_index];
    if (op.kind == graph::OpKind::kHardSwish) return smallest_hard_swish_scale(operand_scale(op_index, 0));
    const float clamped = smallest_clamped_scale(upper_bound(op));
    if (op.kind != graph::OpKind::kAdd) return clamped;
    const float a = operand_scale(op_index, 0), b = operand_scale(op_index, 1);
    return std::max(clamped, smallest_sum_scale(type_of(op_index), a, b));
  }

  // Gives outputs at least that scale. True if one was raised.
  bool raise_outputs() {
    bool raised = false;
    for (size_t i = 0; i < subgraph_.ops.size(); ++i) {
      const graph::Op& op = subgraph_.ops[i];
      if (!forms_.is_integer(i) || op.outputs.empty() || !is_activation(subgraph_, op.outputs[0])) continue;
      const float least = least_output_scale(i);
      if (output_params(i).scale >= least) continue;
      raised = true;
      params_[groups_.at({static_cast<size_t>(op.outputs[0]), type_of(i)})].scale = least;
    }
    return raised;
  }

  AffineParams own_params(int32_t tensor, DType type) const {
    Range range;
    for (float value : float_values(tensor_at(subgraph_, tensor))) range.include({value, value});
    return activation_params(type, range);
  }

  void plan_weights(size_t op_index) {
    const graph::Op& op = subgraph_.ops[op_index];
    if (!forms_.is_integer(op_index)) return;
    if (has_constant_alpha(subgraph_, op) && is_float32(subgraph_, op.inputs[1])) {
      const std::vector<float> alpha = float_values(tensor_at(subgraph_, op.inputs[1]));
      plan_.constants[{op_index, 1}] = symmetric(ConstantForm::kWeights, DType::kInt8, {symmetric_scale(alpha)}, 0);
    }
    if (rule_of(op) != QuantRule::kWeighted) return;
    const WeightedOperands at = weighted_operands(op.kind);
    const graph::Tensor& weights = tensor_at(subgraph_, op.inputs[at.weights]);
    const int32_t axis = channel_axis(op.kind);
    const std::vector<float> values = float_values(weights);
    std::vector<float> scales = symmetric_scales(values, weights.shape, axis);
    if (choices_[op_index].one_weight_scale) scales = {symmetric_scale(values)};
    if (choices_[op_index].weight_scale > 0) scales = {choices_[op_index].weight_scale};
    if (has_operand(op, at.bias)) {
      const std::vector<float> biases = float_values(tensor_at(subgraph_, op.inputs[at.bias]));
      const float input_scale = operand_scale(op_index, at.input);
      const double largest = type_of(op_index) == DType::kInt8 ? kLargestBias : kLargestWideBias;
      plan_.constants[{op_index, at.bias}] = symmetric(ConstantForm::kBias, bias_type(type_of(op_index)),
                                                       bias_scales(biases, input_scale, largest, scales), 0);
    }
    plan_.constants[{op_index, at.weights}] = symmetric(ConstantForm::kWeights, DType::kInt8, std::move(scales), axis);
  }

  // Of a recurrent operator everything but its input and output.
  void plan_inside(size_t op_index) {
    const graph::Op& op = subgraph_.ops[op_index];
    if (!forms_.is_integer(op_index) || rule_of(op) != QuantRule::kRecurrent) return;
    const AffineParams input = params_of(op.inputs[0], type_of(op_index));
    RecurrentPlan inside = plan_recurrent(subgraph_, op, input, output_params(op_index), ranges_);
    for (auto& [position, constant] : inside.constants) plan_.constants[{op_index, position}] = std::move(constant);
    for (const auto& [tensor, form] : inside.inner) plan_.activations[static_cast<size_t>(tensor)] = form;
  }

  static ConstantPlan symmetric(ConstantForm form, DType type, std::vector<float> scales, int32_t axis) {
    ConstantPlan plan{form, type, {}};
    plan.quant.zero_point.assign(scales.size(), 0);
    plan.quant.axis = scales.size() == 1 ? 0 : axis;
    plan.quant.scale = std::move(scales);
    return plan;
  }

  const graph::Subgraph& subgraph_;
  const std::vector<Range>& ranges_;
  const std::vector<OpChoice>& choices_;
  const Forms forms_;
  const ScaleGroups groups_;
  std::vector<AffineParams> params_;  // by group
  Plan plan_;
};

}  // namespace

Plan make_plan(const graph::Subgraph& subgraph, const std::vector<Range>& ranges, const std::vector<OpChoice>& choices,
               const EdgeTypes& edges) {
  return Planner(subgraph, ranges, choices, edges).run();
}

}  // namespace atl::quantizer
