#include "quantizer/prepare/trained_ranges.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "quantizer/plan/float_operands.h"

namespace atl::quantizer {
namespace {

constexpr size_t kNamesShown = 5;
// One step beyond 127: -128 of a range that isn't narrow becomes -127.
constexpr float kMostSteps = 128.5f;

struct Steps {
  double scale, low, high, zero_point;  // real = scale * (q - zero_point), q in [low, high]
};

// Source: getNudgedScaleAndZeroPoint of MLIR's FakeQuantSupport.cpp, in double. (The kernel of FAKE_QUANT computes in
// float32, and comes to another zero point where 0 lies in the middle of two steps.)
Steps steps_of(const CarriedRange& carried) {
  Steps steps{};
  steps.low = carried.narrow ? 1 : 0;
  steps.high = (1 << carried.bits) - 1;
  const double min = double{carried.min}, max = double{carried.max};
  steps.scale = (max - min) / (steps.high - steps.low);
  const double from_min = steps.low - min / steps.scale, from_max = steps.high - max / steps.scale;
  const double error_min = steps.low + std::fabs(min / steps.scale);
  const double error_max = steps.high + std::fabs(max / steps.scale);
  steps.zero_point = std::round(std::clamp(error_min < error_max ? from_min : from_max, steps.low, steps.high));
  return steps;
}

// Calls visit(tensor) for every activation that needs a range: inputs and what operators compute.
template <typename Visit>
void for_each_ranged(const graph::Subgraph& subgraph, const Visit& visit) {
  for (const int32_t input : subgraph.inputs) {
    if (is_activation(subgraph, input)) visit(static_cast<size_t>(input));
  }
  for (const graph::Op& op : subgraph.ops) {
    if (op.kind != graph::OpKind::kUnknown && rule_of(op) == graph::QuantRule::kFixedOutput) continue;
    for (const auto* list : {&op.outputs, &op.intermediates}) {
      for (const int32_t tensor : *list) {
        if (is_activation(subgraph, tensor)) visit(static_cast<size_t>(tensor));
      }
    }
  }
}

std::string names_text(const graph::Subgraph& subgraph, const std::vector<size_t>& tensors) {
  std::vector<std::string> names;
  for (size_t i = 0; i < std::min(tensors.size(), kNamesShown); ++i) {
    names.push_back(graph::quoted(subgraph.tensors[tensors[i]].name));
  }
  return fmt::format("{}{}", fmt::join(names, ", "), tensors.size() > kNamesShown ? ", ..." : "");
}

}  // namespace

Range trained_range(const CarriedRange& carried) {
  const Steps steps = steps_of(carried);
  const double lowest = carried.narrow ? steps.low - 1 : steps.low;
  return {static_cast<float>((lowest - steps.zero_point) * steps.scale),
          static_cast<float>((steps.high - steps.zero_point) * steps.scale)};
}

void take_trained_ranges(const graph::Subgraph& subgraph, const CarriedRanges& carried, std::vector<Range>& ranges) {
  for (size_t t = 0; t < std::min(carried.size(), ranges.size()); ++t) {
    if (carried[t] && is_activation(subgraph, static_cast<int32_t>(t))) ranges[t] = trained_range(*carried[t]);
  }
}

bool carries_ranges(const graph::Subgraph& subgraph, const CarriedRanges& carried) {
  bool any = false;
  for_each_ranged(subgraph, [&](size_t t) { any = any || (t < carried.size() && carried[t]); });
  return any;
}

Status check_carries_all(const graph::Subgraph& subgraph, const CarriedRanges& carried) {
  std::vector<size_t> without;
  for_each_ranged(subgraph, [&](size_t t) {
    if (t >= carried.size() || !carried[t]) without.push_back(t);
  });
  if (without.empty()) return {};
  return make_error(ErrorCode::kUsage,
                    "the model brings ranges from its training, but not for {} activation{} ({}): give --data for {}",
                    without.size(), without.size() == 1 ? "" : "s", names_text(subgraph, without),
                    without.size() == 1 ? "it" : "them");
}

std::vector<std::string> take_trained_scales(const graph::Subgraph& subgraph, const CarriedRanges& carried,
                                             std::vector<OpChoice>& choices) {
  std::vector<size_t> beyond;
  for (size_t i = 0; i < subgraph.ops.size(); ++i) {
    const graph::Op& op = subgraph.ops[i];
    if (op.kind == graph::OpKind::kUnknown || rule_of(op) != graph::QuantRule::kWeighted) continue;
    const auto weights = static_cast<size_t>(op.inputs[weighted_operands(op.kind).weights]);
    if (weights >= carried.size() || !carried[weights] || !is_float32(subgraph, static_cast<int32_t>(weights)))
      continue;
    const auto scale = static_cast<float>(steps_of(*carried[weights]).scale);
    const std::vector<float> values = float_values(subgraph.tensors[weights]);
    const bool fits =
        std::all_of(values.begin(), values.end(), [&](float value) { return std::fabs(value) <= kMostSteps * scale; });
    if (fits) {
      choices[i].weight_scale = scale;
    } else {
      beyond.push_back(weights);
    }
  }
  if (beyond.empty()) return {};
  return {
      fmt::format("weights that were trained with steps which int8 around 0 hasn't got get scales by their values: {}",
                  names_text(subgraph, beyond))};
}

std::vector<std::string> step_warnings(const graph::Subgraph& subgraph, const CarriedRanges& carried,
                                       const std::vector<OpChoice>& choices) {
  std::vector<size_t> other;
  int32_t bits = 0;
  for (size_t i = 0; i < subgraph.ops.size(); ++i) {
    const graph::DType type = activation_type(choices[i].precision);
    if (type == graph::DType::kFloat32) continue;
    for (const int32_t output : subgraph.ops[i].outputs) {
      const auto t = static_cast<size_t>(output);
      if (!is_activation(subgraph, output) || t >= carried.size() || !carried[t]) continue;
      if (carried[t]->bits == (type == graph::DType::kInt8 ? 8 : 16)) continue;
      other.push_back(t);
      bits = carried[t]->bits;
    }
  }
  if (other.empty()) return {};
  return {fmt::format(
      "{} activation{} trained with another number of steps than {} now ({} bits, for one): ranges are taken, and "
      "what the network learnt about rounding doesn't hold: {}",
      other.size(), other.size() == 1 ? " was" : "s were", other.size() == 1 ? "it has" : "they have", bits,
      names_text(subgraph, other))};
}

}  // namespace atl::quantizer
