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

struct IntegerRange {
  double low, high;
  int32_t bits;
};
std::optional<IntegerRange> integers_of(graph::DType type) {
  switch (type) {
    case graph::DType::kInt8: return IntegerRange{-128, 127, 8};
    case graph::DType::kUint8: return IntegerRange{0, 255, 8};
    case graph::DType::kInt16: return IntegerRange{-32768, 32767, 16};
    default: return std::nullopt;
  }
}

// A float32 constant as QUANTIZE and DEQUANTIZE leave it.
graph::Buffer rounded_by(const graph::Tensor& constant, const graph::Tensor& between, const IntegerRange& integers) {
  const graph::Quantization& quant = between.quant;
  size_t inner = 1;
  for (size_t i = static_cast<size_t>(quant.axis) + 1; i < constant.shape.size(); ++i) {
    inner *= static_cast<size_t>(constant.shape[i]);
  }
  std::vector<float> values = float_values(constant);
  for (size_t i = 0; i < values.size(); ++i) {
    const size_t c = quant.per_channel() ? i / inner % quant.scale.size() : 0;
    const auto zero_point = static_cast<double>(quant.zero_point[c]);
    const double q = std::round(double{values[i]} / double{quant.scale[c]}) + zero_point;
    values[i] = static_cast<float>((std::clamp(q, integers.low, integers.high) - zero_point) * double{quant.scale[c]});
  }
  std::vector<uint8_t> bytes(values.size() * sizeof(float));
  if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return graph::make_buffer(std::move(bytes));
}

std::optional<CarriedRange> range_between(const graph::Tensor& between, const IntegerRange& integers) {
  if (between.quant.scale.size() != 1) return std::nullopt;
  const double scale = double{between.quant.scale[0]}, zero_point = static_cast<double>(between.quant.zero_point[0]);
  const CarriedRange range{static_cast<float>((integers.low - zero_point) * scale),
                           static_cast<float>((integers.high - zero_point) * scale), integers.bits};
  return range.min < range.max && std::isfinite(range.max - range.min) ? std::optional(range) : std::nullopt;
}

// The DEQUANTIZE to float32 that are all readers of a tensor; empty if there are others.
std::vector<size_t> dequantize_readers(Edits& edits, int32_t between) {
  std::vector<size_t> readers;
  for (size_t i = 0; i < edits.subgraph().ops.size(); ++i) {
    const graph::Op& op = edits.subgraph().ops[i];
    if (op.kind == OpKind::kDequantize && op.inputs[0] == between && is_float32(edits.subgraph(), op.outputs[0])) {
      readers.push_back(i);
    }
  }
  return static_cast<int>(readers.size()) == edits.reads(between) ? readers : std::vector<size_t>();
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

size_t take_rounding_pairs(Edits& edits, CarriedRanges& ranges) {
  size_t count = 0;
  for (size_t i = 0; i < edits.subgraph().ops.size(); ++i) {
    const graph::Op& op = edits.subgraph().ops[i];
    if (edits.is_gone(i) || op.kind != OpKind::kQuantize || !is_float32(edits.subgraph(), op.inputs[0])) continue;
    const int32_t from = op.inputs[0], between = op.outputs[0];
    const auto integers = integers_of(edits.tensor(between).type);
    const std::vector<size_t> readers = dequantize_readers(edits, between);
    if (!integers || readers.empty() || edits.is_edge(between)) continue;
    const std::optional<CarriedRange> range = range_between(edits.tensor(between), *integers);
    for (const size_t reader : readers) {
      const int32_t to = edits.subgraph().ops[reader].outputs[0];
      int32_t ranged = to;
      if (edits.tensor(from).is_constant() && !edits.is_edge(to)) {
        edits.tensor(to).data = rounded_by(edits.tensor(from), edits.tensor(between), *integers);
        edits.remove(reader);
      } else if (const auto kept = edits.bypass(reader, edits.subgraph().ops[i].inputs[0])) {
        ranged = *kept;
      } else {
        edits.become(edits.subgraph().ops[reader], OpKind::kReshape, from);
        edits.subgraph().ops[reader].attrs = graph::ReshapeAttrs{edits.tensor(to).shape};
      }
      if (range) merge(ranges[static_cast<size_t>(ranged)], *range);
    }
    edits.remove(i);
    ++count;
  }
  return count;
}

size_t take_stored_ranges(const graph::Subgraph& subgraph, CarriedRanges& ranges) {
  const CarriedRanges before = ranges;
  bool any_computed = std::any_of(ranges.begin(), ranges.end(), [](const auto& range) { return range.has_value(); });
  size_t count = 0;
  for (size_t t = 0; t < subgraph.tensors.size(); ++t) {
    const graph::Tensor& tensor = subgraph.tensors[t];
    if (ranges[t] || !is_activation(subgraph, static_cast<int32_t>(t))) continue;
    if (tensor.quant.min.size() != 1 || tensor.quant.max.size() != 1) continue;
    const float min = tensor.quant.min[0], max = tensor.quant.max[0];
    if (!std::isfinite(max - min) || !(min < max)) continue;
    ranges[t] = CarriedRange{min, max};
    const auto& inputs = subgraph.inputs;
    any_computed = any_computed || std::find(inputs.begin(), inputs.end(), static_cast<int32_t>(t)) == inputs.end();
    ++count;
  }
  if (any_computed) return count;
  ranges = before;
  return 0;
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
