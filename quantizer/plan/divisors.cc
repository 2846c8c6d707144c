#include "quantizer/plan/divisors.h"

#include <fmt/format.h>

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

std::vector<BadDivisor> find_bad_divisors(const graph::Subgraph& subgraph, const Plan& plan,
                                          const std::vector<Range>& ranges) {
  std::vector<BadDivisor> found;
  for (size_t i = 0; i < subgraph.ops.size(); ++i) {
    const graph::Op& op = subgraph.ops[i];
    if (op.kind != graph::OpKind::kDiv || !plan.is_integer(i)) continue;
    const auto divisor = static_cast<size_t>(op.inputs[1]);
    const float distance = distance_from_zero(subgraph.tensors[divisor], ranges[divisor]);
    const float scale = divisor_scale(op, i, plan);
    if (distance > scale / 2) continue;
    found.push_back(
        {i,
         {fmt::format("has a divisor, {}, that comes as close to zero as {} where a step is {}, so it would "
                      "divide by zero",
                      graph::quoted(subgraph.tensors[divisor].name), distance, scale),
          "multiply by a reciprocal in the float model, or keep it in float32 (--float-fallback)"}});
  }
  return found;
}

}  // namespace atl::quantizer
