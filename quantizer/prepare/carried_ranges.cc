#include "quantizer/prepare/carried_ranges.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "common/numerics/fake_quant.h"
#include "quantizer/plan/float_operands.h"

namespace atl::quantizer {
namespace {

using graph::kNoTensor;
using graph::OpKind;

void merge(std::optional<CarriedRange>& range, const CarriedRange& other) {
  if (!range) {
    range = other;
    return;
  }
  range->min = std::min(range->min, other.min);
  range->max = std::max(range->max, other.max);
  range->bits = std::max(range->bits, other.bits);
  range->narrow = range->narrow && other.narrow;
}

graph::Buffer rounded(const graph::Tensor& tensor, const graph::FakeQuantAttrs& attrs) {
  const numerics::NudgedRange range = numerics::nudge(attrs.min, attrs.max, attrs.num_bits, attrs.narrow_range);
  std::vector<float> values = float_values(tensor);
  for (float& value : values) value = numerics::fake_quantize(value, range);
  std::vector<uint8_t> bytes(values.size() * sizeof(float));
  if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return graph::make_buffer(std::move(bytes));
}

bool moves_values(const graph::Subgraph& subgraph, const graph::Op& op) {
  return op.kind != OpKind::kUnknown && rule_of(op) == graph::QuantRule::kSameScale && computes_in_float(subgraph, op);
}

std::optional<CarriedRange> range_of_constant(const graph::Tensor& tensor) {
  CarriedRange range{0, 0};
  for (const float value : float_values(tensor)) {
    if (!std::isfinite(value)) return std::nullopt;
    range.min = std::min(range.min, value);
    range.max = std::max(range.max, value);
  }
  return range;
}

void spread_forward(const graph::Subgraph& subgraph, const graph::Op& op, CarriedRanges& ranges) {
  std::optional<CarriedRange> all;
  for (const size_t i : float_inputs(subgraph, op)) {
    const graph::Tensor& operand = tensor_at(subgraph, op.inputs[i]);
    const auto range = operand.is_constant() ? range_of_constant(operand) : ranges[static_cast<size_t>(op.inputs[i])];
    if (!range) return;
    merge(all, *range);
  }
  if (!all) return;
  for (const int32_t output : op.outputs) {
    if (is_activation(subgraph, output) && !ranges[static_cast<size_t>(output)])
      ranges[static_cast<size_t>(output)] = all;
  }
}

void spread_backward(const graph::Subgraph& subgraph, const graph::Op& op, const std::vector<int>& reads,
                     CarriedRanges& ranges) {
  if (op.outputs.size() != 1 || op.kind == OpKind::kAveragePool2D || op.kind == OpKind::kResizeBilinear) return;
  const auto& output = ranges[static_cast<size_t>(op.outputs[0])];
  if (!output) return;
  for (const size_t i : float_inputs(subgraph, op)) {
    const auto input = static_cast<size_t>(op.inputs[i]);
    if (is_activation(subgraph, op.inputs[i]) && reads[input] == 1 && !ranges[input]) ranges[input] = output;
  }
}

}  // namespace

size_t take_fake_quants(Edits& edits, CarriedRanges& ranges) {
  size_t count = 0;
  for (size_t i = 0; i < edits.subgraph().ops.size(); ++i) {
    graph::Op& op = edits.subgraph().ops[i];
    if (edits.is_gone(i) || op.kind != OpKind::kFakeQuant) continue;
    const auto attrs = std::get<graph::FakeQuantAttrs>(op.attrs);
    const int32_t from = op.inputs[0], to = op.outputs[0];
    if (!is_float32(edits.subgraph(), from)) continue;
    ++count;
    int32_t ranged = to;
    if (edits.tensor(from).is_constant() && !edits.is_edge(to)) {
      edits.tensor(to).data = rounded(edits.tensor(from), attrs);
      edits.remove(i);
    } else if (const auto kept = edits.bypass(i, from)) {
      ranged = *kept;
      const int32_t dropped = ranged == from ? to : from;
      if (const auto& before = ranges[static_cast<size_t>(dropped)])
        merge(ranges[static_cast<size_t>(ranged)], *before);
    } else {
      // Nothing else could write this output, so a copy does.
      edits.become(op, OpKind::kReshape, from);
      op.attrs = graph::ReshapeAttrs{edits.tensor(to).shape};
    }
    merge(ranges[static_cast<size_t>(ranged)], {attrs.min, attrs.max, attrs.num_bits, attrs.narrow_range});
  }
  return count;
}

size_t take_stored_ranges(const graph::Subgraph& subgraph, CarriedRanges& ranges) {
  size_t count = 0;
  for (size_t t = 0; t < subgraph.tensors.size(); ++t) {
    const graph::Tensor& tensor = subgraph.tensors[t];
    if (ranges[t] || !is_activation(subgraph, static_cast<int32_t>(t))) continue;
    if (tensor.quant.min.size() != 1 || tensor.quant.max.size() != 1) continue;
    const float min = tensor.quant.min[0], max = tensor.quant.max[0];
    if (!std::isfinite(max - min) || !(min < max)) continue;
    ranges[t] = CarriedRange{min, max};
    ++count;
  }
  return count;
}

void spread_ranges(const graph::Subgraph& subgraph, CarriedRanges& ranges) {
  if (std::none_of(ranges.begin(), ranges.end(), [](const auto& range) { return range.has_value(); })) return;
  std::vector<int> reads(subgraph.tensors.size(), 0);
  for (const graph::Op& op : subgraph.ops) {
    for (const int32_t input : op.inputs) {
      if (input != kNoTensor) ++reads[static_cast<size_t>(input)];
    }
  }
  for (const int32_t output : subgraph.outputs) ++reads[static_cast<size_t>(output)];
  for (auto op = subgraph.ops.rbegin(); op != subgraph.ops.rend(); ++op) {
    if (moves_values(subgraph, *op)) spread_backward(subgraph, *op, reads, ranges);
  }
  for (const graph::Op& op : subgraph.ops) {
    if (moves_values(subgraph, op)) spread_forward(subgraph, op, ranges);
  }
}

}  // namespace atl::quantizer
