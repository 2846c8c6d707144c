#include "quantizer/refine/refine_integers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "common/base/check.h"
#include "quantizer/plan/float_operands.h"
#include "quantizer/plan/weight_scales.h"
#include "quantizer/refine/float_targets.h"
#include "quantizer/refine/integer_pass.h"
#include "quantizer/refine/layer.h"
#include "quantizer/refine/rounding.h"

namespace atl::quantizer {
namespace {

using graph::DType;
using graph::kNoTensor;

template <typename T>
std::vector<int64_t> integers(const graph::Tensor& tensor) {
  std::vector<int64_t> values(tensor.data->size() / sizeof(T));
  for (size_t i = 0; i < values.size(); ++i) {
    T value;
    std::memcpy(&value, &(*tensor.data)[i * sizeof value], sizeof value);
    values[i] = value;
  }
  return values;
}

template <typename T>
graph::Buffer buffer_of(const std::vector<int64_t>& values) {
  std::vector<uint8_t> bytes(values.size() * sizeof(T));
  for (size_t i = 0; i < values.size(); ++i) {
    const auto value = static_cast<T>(values[i]);
    std::memcpy(&bytes[i * sizeof value], &value, sizeof value);
  }
  return graph::make_buffer(std::move(bytes));
}

std::vector<int64_t> bias_integers(const graph::Tensor& bias) {
  return bias.type == DType::kInt32 ? integers<int32_t>(bias) : integers<int64_t>(bias);
}

float scale_of(const graph::Tensor& tensor, size_t channel) {
  return tensor.quant.scale[tensor.quant.scale.size() == 1 ? 0 : channel];
}

graph::Buffer float_buffer(const std::vector<float>& values) {
  std::vector<uint8_t> bytes(values.size() * sizeof(float));
  if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return graph::make_buffer(std::move(bytes));
}

// The int8 weights of a layer as the real numbers that they stand for.
std::vector<float> real_weights(const graph::Tensor& weights, graph::OpKind kind) {
  const auto axis = static_cast<size_t>(channel_axis(kind));
  size_t inner = 1;
  for (size_t i = axis + 1; i < weights.shape.size(); ++i) inner *= static_cast<size_t>(weights.shape[i]);
  const auto channels = static_cast<size_t>(weights.shape[axis]);
  std::vector<float> values;
  size_t i = 0;
  for (const int64_t q : integers<int8_t>(weights)) {
    values.push_back(static_cast<float>(q) * scale_of(weights, i++ / inner % channels));
  }
  return values;
}

// Adaptive rounding keeps a matrix of depth x depth, and its time grows with that: deeper layers are left as they are.
constexpr int64_t kMostDepth = 6144;

struct RoundingTotals {
  size_t layers = 0, shared = 0, too_deep = 0;
  int64_t weights = 0, changed = 0;
  double ratio_logs = 0;  // of error after to error before, over the layers
};

struct BiasTotals {
  size_t layers = 0, made = 0;
  double before = 0, after = 0;  // summed squares of channels' expected errors, in steps of the output
  size_t channels = 0;
};

class Refiner {
 public:
  Refiner(const graph::Model& float_model, Rewritten& rewritten, const std::vector<std::vector<Bytes>>& samples,
          const Refinements& refinements)
      : float_(float_model.main()),
        rewritten_(rewritten),
        subgraph_(rewritten.model.main()),
        samples_(samples),
        refinements_(refinements),
        reads_(subgraph_.tensors.size(), 0) {
    for (const graph::Op& op : subgraph_.ops) {
      for (const int32_t input : op.inputs) {
        if (input != kNoTensor) ++reads_[static_cast<size_t>(input)];
      }
    }
  }

  // Operators of the float model whose integer form is a layer that can be refined.
  std::set<size_t> float_layers() const {
    std::set<size_t> layers;
    for (size_t i = 0; i < subgraph_.ops.size(); ++i) {
      if (is_layer(i)) layers.insert(static_cast<size_t>(rewritten_.op_origin[i]));
    }
    return layers;
  }

  void take(FloatTargets targets) { targets_ = std::move(targets); }

  Status before(size_t op, const Values& values) {
    if (!is_layer(op)) return {};
    const auto origin = static_cast<size_t>(rewritten_.op_origin[op]);
    if (refinements_.adaround) round_weights(op, origin, values);
    return refinements_.bias ? correct_bias(op, origin, values) : Status();
  }

  std::vector<std::string> lines() const;

 private:
  graph::Tensor& tensor(int32_t index) { return subgraph_.tensors[static_cast<size_t>(index)]; }

  bool is_layer(size_t index) const {
    const graph::Op& op = subgraph_.ops[index];
    if (rewritten_.op_origin[index] < 0 || rule_of(op) != graph::QuantRule::kWeighted) return false;
    const WeightedOperands at = weighted_operands(op.kind);
    const DType input = tensor_at(subgraph_, op.inputs[at.input]).type;
    const graph::Tensor& weights = tensor_at(subgraph_, op.inputs[at.weights]);
    return (input == DType::kInt8 || input == DType::kInt16) && weights.type == DType::kInt8 && weights.is_constant() &&
           !tensor_at(subgraph_, op.inputs[at.input]).is_constant() && graph::num_elements(weights.shape) > 0;
  }

  void round_weights(size_t op, size_t origin, const Values& values);
  RoundingProblem problem_of(const Layer& layer, int64_t group, const std::vector<float>& patches,
                             const std::vector<float>& sums, const std::vector<float>& float_weights,
                             const graph::Tensor& weights) const;
  Status correct_bias(size_t op, size_t origin, const Values& values);
  int32_t own_bias(size_t op, size_t channels);
  std::vector<float> mean_input(size_t op, const Values& values) const;
  Result<std::vector<double>> expected_output(size_t op, size_t origin, const std::vector<float>& mean) const;

  const graph::Subgraph& float_;
  Rewritten& rewritten_;
  graph::Subgraph& subgraph_;
  const std::vector<std::vector<Bytes>>& samples_;
  const Refinements refinements_;
  std::vector<int> reads_;  // by tensor
  FloatTargets targets_;
  RoundingTotals rounding_;
  BiasTotals bias_;
};

RoundingProblem Refiner::problem_of(const Layer& layer, int64_t group, const std::vector<float>& patches,
                                    const std::vector<float>& sums, const std::vector<float>& float_weights,
                                    const graph::Tensor& weights) const {
  RoundingProblem problem;
  problem.depth = layer.depth();
  problem.channels = layer.channels_of_group();
  problem.positions = static_cast<int64_t>(sums.size()) / layer.channels();
  problem.patches = patches;
  const int64_t first = group * problem.channels;
  for (int64_t i = 0; i < problem.positions; ++i) {
    for (int64_t c = 0; c < problem.channels; ++c) {
      problem.wanted.push_back(sums[static_cast<size_t>(i * layer.channels() + first + c)]);
    }
  }
  for (int64_t c = first; c < first + problem.channels; ++c) {
    problem.scales.push_back(scale_of(weights, static_cast<size_t>(c)));
    for (int64_t k = 0; k < layer.depth(); ++k) {
      const size_t at = layer.weight_at(c, k);
      problem.weights.push_back(float_weights[at]);
      problem.rounded.push_back(static_cast<int8_t>((*weights.data)[at]));
    }
  }
  return problem;
}

void Refiner::round_weights(size_t op, size_t origin, const Values& values) {
  const std::optional<Layer> layer = Layer::of(float_, origin);
  const LayerTargets& targets = targets_.at(origin);
  if (!layer || targets.sums.empty()) return;
  const WeightedOperands at = weighted_operands(subgraph_.ops[op].kind);
  const int32_t input = subgraph_.ops[op].inputs[at.input], index = subgraph_.ops[op].inputs[at.weights];
  if (reads_[static_cast<size_t>(index)] > 1) {
    ++rounding_.shared;
    return;
  }
  if (layer->depth() > kMostDepth) {
    ++rounding_.too_deep;
    return;
  }
  const std::vector<float> float_weights = float_values(tensor_at(float_, float_.ops[origin].inputs[at.weights]));
  std::vector<std::vector<float>> patches(static_cast<size_t>(layer->groups()));
  std::vector<float> patch(static_cast<size_t>(layer->depth()));
  for (size_t s = 0; s < samples_.size(); ++s) {
    const std::vector<float> real = real_values_of(values[static_cast<size_t>(input)][s], tensor(input));
    for (const int64_t position : chosen_positions(*layer, origin, s, samples_.size())) {
      for (int64_t g = 0; g < layer->groups(); ++g) {
        layer->patch(real.data(), g, position, patch.data());
        patches[static_cast<size_t>(g)].insert(patches[static_cast<size_t>(g)].end(), patch.begin(), patch.end());
      }
    }
  }
  std::vector<uint8_t> bytes = *tensor(index).data;
  double before = 0, after = 0;
  for (int64_t g = 0; g < layer->groups(); ++g) {
    const RoundingResult result = round_adaptively(
        problem_of(*layer, g, patches[static_cast<size_t>(g)], targets.sums, float_weights, tensor(index)));
    size_t place = 0;
    for (int64_t c = g * layer->channels_of_group(); c < (g + 1) * layer->channels_of_group(); ++c) {
      for (int64_t k = 0; k < layer->depth(); ++k) {
        bytes[layer->weight_at(c, k)] = static_cast<uint8_t>(result.rounded[place++]);
      }
    }
    rounding_.changed += result.changed;
    before += result.error_before, after += result.error_after;
  }
  ++rounding_.layers;
  rounding_.weights += static_cast<int64_t>(bytes.size());
  if (before > 0 && after > 0) rounding_.ratio_logs += std::log10(after / before);
  tensor(index).data = graph::make_buffer(std::move(bytes));
}

std::vector<float> Refiner::mean_input(size_t op, const Values& values) const {
  const int32_t input = subgraph_.ops[op].inputs[weighted_operands(subgraph_.ops[op].kind).input];
  std::vector<double> total;
  for (const Bytes& bytes : values[static_cast<size_t>(input)]) {
    const std::vector<float> real = real_values_of(bytes, tensor_at(subgraph_, input));
    total.resize(real.size(), 0);
    for (size_t i = 0; i < real.size(); ++i) total[i] += double{real[i]};
  }
  std::vector<float> mean;
  for (const double sum : total) mean.push_back(static_cast<float>(sum / static_cast<double>(samples_.size())));
  return mean;
}

// The layer's bias as a constant that no other operator reads, of the layer's scales; made if it has none.
int32_t Refiner::own_bias(size_t index, size_t channels) {
  graph::Op& op = subgraph_.ops[index];
  const WeightedOperands at = weighted_operands(op.kind);
  const graph::Tensor& input = tensor(op.inputs[at.input]);
  const graph::Tensor& weights = tensor(op.inputs[at.weights]);
  graph::Tensor bias;
  if (has_operand(op, at.bias)) {
    if (reads_[static_cast<size_t>(op.inputs[at.bias])] == 1) return op.inputs[at.bias];
    bias = tensor(op.inputs[at.bias]);
    --reads_[static_cast<size_t>(op.inputs[at.bias])];
    bias.name += "_corrected";
  } else {
    ++bias_.made;
    bias.type = bias_type(input.type);
    bias.shape = {static_cast<int32_t>(channels)};
    bias.has_rank = true;
    bias.name = tensor(op.outputs[0]).name + "_bias";
    std::vector<float> weight_scales = weights.quant.scale;
    bias.quant.scale = bias_scales({}, input.quant.scale[0], kLargestBias, weight_scales);
    bias.quant.zero_point.assign(bias.quant.scale.size(), 0);
    bias.data = graph::make_buffer(std::vector<uint8_t>(channels * (bias.type == DType::kInt32 ? 4 : 8)));
    op.version = 0;
  }
  if (op.inputs.size() <= at.bias) op.inputs.resize(at.bias + 1, kNoTensor);
  subgraph_.tensors.push_back(std::move(bias));
  rewritten_.origin.push_back(kNoTensor);
  reads_.push_back(1);
  op.inputs[at.bias] = static_cast<int32_t>(subgraph_.tensors.size()) - 1;
  return op.inputs[at.bias];
}

// Of the integer layer, computed in float with what its integers stand for.
Result<std::vector<double>> Refiner::expected_output(size_t index, size_t origin,
                                                     const std::vector<float>& mean) const {
  const graph::Op& op = subgraph_.ops[index];
  const WeightedOperands at = weighted_operands(op.kind);
  graph::Subgraph as_float = float_;
  graph::Op& layer = as_float.ops[origin];
  const graph::Tensor& weights = tensor_at(subgraph_, op.inputs[at.weights]);
  as_float.tensors[static_cast<size_t>(layer.inputs[at.weights])].data = float_buffer(real_weights(weights, op.kind));
  if (has_operand(op, at.bias)) {
    const graph::Tensor& bias = tensor_at(subgraph_, op.inputs[at.bias]);
    std::vector<float> real;
    for (const int64_t q : bias_integers(bias)) {
      real.push_back(static_cast<float>(static_cast<double>(q) * double{scale_of(bias, real.size())}));
    }
    graph::Tensor constant;
    constant.name = "bias";
    constant.has_rank = true;
    constant.shape = {static_cast<int32_t>(real.size())};
    constant.data = float_buffer(real);
    if (layer.inputs.size() <= at.bias) layer.inputs.resize(at.bias + 1, kNoTensor);
    as_float.tensors.push_back(std::move(constant));
    layer.inputs[at.bias] = static_cast<int32_t>(as_float.tensors.size()) - 1;
  }
  return mean_output(as_float, origin, mean);
}

Status Refiner::correct_bias(size_t op, size_t origin, const Values& values) {
  ATOLL_ASSIGN(const std::vector<double> wanted, mean_output(float_, origin, targets_.at(origin).mean_input));
  ATOLL_ASSIGN(const std::vector<double> got, expected_output(op, origin, mean_input(op, values)));
  graph::Tensor& bias = tensor(own_bias(op, wanted.size()));
  std::vector<int64_t> integers = bias_integers(bias);
  ATOLL_CHECK(integers.size() == wanted.size(), "{} biases for {} channels", integers.size(), wanted.size());
  const double largest = bias.type == DType::kInt32 ? std::numeric_limits<int32_t>::max() : kLargestWideBias;
  const double step = double{tensor(subgraph_.ops[op].outputs[0]).quant.scale[0]};
  for (size_t c = 0; c < integers.size(); ++c) {
    const double error = got[c] - wanted[c], scale = double{scale_of(bias, c)};
    if (!std::isfinite(error)) continue;
    const auto before = static_cast<double>(integers[c]);
    const double after = std::clamp(std::round(before - error / scale), -largest, largest);
    integers[c] = static_cast<int64_t>(after);
    const double left = error + (after - before) * scale;
    bias_.before += error * error / (step * step), bias_.after += left * left / (step * step);
  }
  bias_.channels += integers.size();
  ++bias_.layers;
  bias.data = bias.type == DType::kInt32 ? buffer_of<int32_t>(integers) : buffer_of<int64_t>(integers);
  return {};
}

std::string count_text(size_t count, const char* what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::vector<std::string> Refiner::lines() const {
  std::vector<std::string> lines;
  if (refinements_.adaround) {
    const double all = static_cast<double>(std::max<int64_t>(1, rounding_.weights));
    const double ratio = rounding_.layers == 0 ? 0 : rounding_.ratio_logs / static_cast<double>(rounding_.layers);
    std::string line = fmt::format(
        "adaround: {}, {} of {} weights ({:.1f} %) not rounded to nearest; squared error of a layer's sums {:+.2f} dB "
        "on "
        "average",
        count_text(rounding_.layers, "layer"), rounding_.changed, rounding_.weights,
        100 * static_cast<double>(rounding_.changed) / all, 10 * ratio);
    if (rounding_.too_deep > 0) {
      line += fmt::format("; {} with sums of more than {} products left as they were",
                          count_text(rounding_.too_deep, "layer"), kMostDepth);
    }
    if (rounding_.shared > 0) line += fmt::format("; {} with shared weights left as they were", rounding_.shared);
    lines.push_back(std::move(line));
  }
  if (refinements_.bias) {
    const double count = static_cast<double>(std::max<size_t>(1, bias_.channels));
    std::string line =
        fmt::format("bias: {}; expected error of an output channel {:.3g} -> {:.3g} steps (rms)",
                    count_text(bias_.layers, "layer"), std::sqrt(bias_.before / count), std::sqrt(bias_.after / count));
    if (bias_.made > 0)
      line +=
          fmt::format("; {} made", bias_.made == 1 ? "1 missing bias" : fmt::format("{} missing biases", bias_.made));
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace

Result<std::vector<std::string>> refine_integers(const graph::Model& float_model, Rewritten& rewritten,
                                                 const std::vector<std::vector<Bytes>>& samples,
                                                 const Refinements& refinements, const RefineProgress& progress) {
  const std::vector<std::vector<Bytes>> used(
      samples.begin(),
      samples.begin() + static_cast<std::ptrdiff_t>(samples_held(rewritten.model.main(), samples.size())));
  Refiner refiner(float_model, rewritten, used, refinements);
  ATOLL_ASSIGN(FloatTargets targets, float_targets(float_model, refiner.float_layers(), used, refinements.adaround));
  refiner.take(std::move(targets));
  const size_t total = rewritten.model.main().ops.size();
  ATOLL_TRY(run_by_operator(rewritten.model, used, [&](size_t op, const Values& values) {
    if (progress) progress(op, total);
    return refiner.before(op, values);
  }));
  return refiner.lines();
}

}  // namespace atl::quantizer
