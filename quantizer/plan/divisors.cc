#include "quantizer/plan/divisors.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "quantizer/plan/float_operands.h"

namespace atl::quantizer {
namespace {

// The least distance of a divisor's values from zero.
float distance_from_zero(const graph::Tensor& tensor, const Range& range) {
  if (tensor.is_constant()) {
    float least = std::numeric_limits<float>::infinity();
    for (float value : float_values(tensor)) least = std::min(least, std::fabs(value));
    return least;
  }
  if (range.empty()) return 0;
  return std::max({range.min, -range.max, 0.0f});
}

float divisor_scale(const graph::Op& op, size_t index, const Plan& plan) {
  if (const auto constant = plan.constants.find({index, 1}); constant != plan.constants.end()) {
    return constant->second.quant.scale[0];
  }
  if (const auto read = plan.reads.find({index, 1}); read != plan.reads.end()) return read->second.params.scale;
  return plan.activations[static_cast<size_t>(op.inputs[1])].params.scale;
}

}  // namespace

Status check_divisors(const graph::Subgraph& subgraph, const Plan& plan, const std::vector<Range>& ranges) {
  ErrorCollector errors;
  for (size_t i = 0; i < subgraph.ops.size(); ++i) {
    const graph::Op& op = subgraph.ops[i];
    if (op.kind != graph::OpKind::kDiv || !plan.is_integer(i)) continue;
    const auto divisor = static_cast<size_t>(op.inputs[1]);
    const float distance = distance_from_zero(subgraph.tensors[divisor], ranges[divisor]);
    const float scale = divisor_scale(op, i, plan);
    if (distance > scale / 2) continue;
    errors.add(make_error(ErrorCode::kUnsupported,
                          "{} can't be quantized to {}: its divisor {} comes as close to zero as {}, and a step of it "
                          "is {}, so it would divide by zero; multiply by a reciprocal in the float model",
                          op_label(subgraph, i), plan.of_op[i] == graph::DType::kInt8 ? "int8" : "int16x8",
                          graph::quoted(subgraph.tensors[divisor].name), distance, scale));
  }
  return std::move(errors).status();
}

}  // namespace atl::quantizer
