#include "runtime/corner_inputs.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "common/graph/op_view.h"
#include "common/kernels/random_inputs.h"
#include "runtime/weighted_taps.h"

namespace atl::runtime {
namespace {

using kernels::SplitMix64;

constexpr int kMostInvocations = 16;

// Values of one input while they are being chosen.
struct Values {
  int32_t low, high;
  std::vector<int32_t> elements;
};

Values random_values(const graph::Tensor& tensor, SplitMix64& generator) {
  Values values{graph::dtype_min(tensor.type), graph::dtype_max(tensor.type), {}};
  values.elements.resize(static_cast<size_t>(graph::num_elements(tensor.shape)));
  const auto width = static_cast<uint64_t>(int64_t{values.high} - values.low + 1);
  for (int32_t& value : values.elements)
    value = static_cast<int32_t>(values.low + static_cast<int64_t>(generator() % width));
  return values;
}

Bytes as_bytes(const graph::Tensor& tensor, const std::vector<int32_t>& elements) {
  const auto size = static_cast<size_t>(graph::dtype_bits(tensor.type) / 8);
  Bytes bytes(elements.size() * size);
  for (size_t i = 0; i < elements.size(); ++i) std::memcpy(&bytes[i * size], &elements[i], size);  // the low bytes
  return bytes;
}

// Moves the inputs of a sum so that it becomes `target`, or as near as they allow: the heaviest weights first, so that
// the light ones are left to hit it.
void steer(const WeightedSum& sum, int64_t target, int32_t zero_point, Values& values) {
  std::vector<Tap> taps = sum.taps;
  std::stable_sort(taps.begin(), taps.end(),
                   [](const Tap& a, const Tap& b) { return std::abs(a.weight) > std::abs(b.weight); });
  int64_t missing = target - sum.bias;
  for (const Tap& tap : taps) {
    missing -= int64_t{tap.weight} * (values.elements[static_cast<size_t>(tap.input)] - zero_point);
  }
  for (const Tap& tap : taps) {
    if (tap.weight == 0 || missing == 0) continue;
    int32_t& value = values.elements[static_cast<size_t>(tap.input)];
    const int64_t step = std::clamp<int64_t>(missing / tap.weight, values.low - value, values.high - value);
    value = static_cast<int32_t>(value + step);
    missing -= step * tap.weight;
  }
}

// An accumulator beside the boundary between two outputs, or beyond the last one.
int64_t tie_target(const WeightedSum& sum, const graph::Tensor& output, SplitMix64& generator) {
  const int64_t low = graph::dtype_min(output.type), high = graph::dtype_max(output.type);
  const auto n = low - 1 + static_cast<int64_t>(generator() % static_cast<uint64_t>(high - low + 2));
  const double real = (static_cast<double>(n - output.quant.zero_point[0]) + 0.5) / sum.multiplier;
  const double limit = 1e9;
  return std::llround(std::clamp(real, -limit, limit)) + static_cast<int64_t>(generator() % 3) - 1;
}

std::vector<Bytes> weighted_invocation(const graph::OpView& op, Corner corner, uint64_t seed) {
  SplitMix64 generator(seed);
  const graph::Tensor& input = *op.input(0);
  Values values = random_values(input, generator);
  const auto zero_point = static_cast<int32_t>(input.quant.zero_point[0]);
  for (const WeightedSum& sum : independent_sums(op, generator())) {
    if (corner == Corner::kTies) {
      steer(sum, tie_target(sum, op.output(0), generator), zero_point, values);
      continue;
    }
    const bool upwards = generator() % 2 == 0;
    for (const Tap& tap : sum.taps) {
      values.elements[static_cast<size_t>(tap.input)] = (tap.weight > 0) == upwards ? values.high : values.low;
    }
  }
  return {as_bytes(input, values.elements)};
}

// Counts through every combination of the inputs' values, the first input fastest; elements of invocation after
// invocation.
std::vector<Bytes> counted_invocation(const std::vector<const graph::Tensor*>& inputs, int64_t invocation) {
  std::vector<Bytes> bytes;
  int64_t combinations = 1;
  for (const graph::Tensor* input : inputs) {
    const int64_t count = graph::num_elements(input->shape);
    const int64_t low = graph::dtype_min(input->type), width = graph::dtype_max(input->type) - low + 1;
    std::vector<int32_t> elements(static_cast<size_t>(count));
    for (int64_t i = 0; i < count; ++i) {
      elements[static_cast<size_t>(i)] = static_cast<int32_t>(low + (invocation * count + i) / combinations % width);
    }
    combinations = std::min(combinations * width, int64_t{1} << 40);  // more than there are elements
    bytes.push_back(as_bytes(*input, elements));
  }
  return bytes;
}

std::vector<Bytes> extreme_invocation(const std::vector<const graph::Tensor*>& inputs, uint64_t seed) {
  SplitMix64 generator(seed);
  std::vector<Bytes> bytes;
  for (const graph::Tensor* input : inputs) {
    Values values = random_values(*input, generator);
    for (int32_t& value : values.elements) {
      if (const uint64_t draw = generator() % 8; draw != 0) value = draw % 2 == 0 ? values.low : values.high;
    }
    bytes.push_back(as_bytes(*input, values.elements));
  }
  return bytes;
}

// Invocations until every value of the narrowest input, or pair of values of two, has come, within bounds.
int invocations_to_count(const std::vector<const graph::Tensor*>& inputs) {
  int64_t combinations = 1, elements = 1;
  for (const graph::Tensor* input : inputs) {
    combinations *= int64_t{graph::dtype_max(input->type)} - graph::dtype_min(input->type) + 1;
    elements = std::max(elements, graph::num_elements(input->shape));
    if (combinations > int64_t{1} << 16) break;
  }
  return static_cast<int>(std::clamp<int64_t>((combinations + elements - 1) / elements, 1, kMostInvocations));
}

}  // namespace

std::vector<std::vector<Bytes>> corner_inputs(const graph::Model& one_op, Corner corner, uint64_t seed) {
  const graph::Subgraph& main = one_op.main();
  const graph::OpView op{main, main.ops[0]};
  std::vector<const graph::Tensor*> inputs;
  for (const int32_t index : main.inputs) {
    inputs.push_back(&main.tensors[static_cast<size_t>(index)]);
    if (!graph::is_quantized_activation(inputs.back()->type)) return {};
  }
  if (inputs.empty()) return {};
  const bool weighted = has_weighted_sums(op) && inputs.size() == 1;
  const int count = weighted ? kMostInvocations / 2 : corner == Corner::kTies ? invocations_to_count(inputs) : 2;
  std::vector<std::vector<Bytes>> invocations;
  for (int i = 0; i < count; ++i) {
    const uint64_t draw = SplitMix64::mix(SplitMix64::mix(seed) + static_cast<uint64_t>(i));
    if (weighted) {
      invocations.push_back(weighted_invocation(op, corner, draw));
    } else if (corner == Corner::kTies) {
      invocations.push_back(counted_invocation(inputs, i));
    } else {
      invocations.push_back(extreme_invocation(inputs, draw));
    }
  }
  return invocations;
}

}  // namespace atl::runtime
