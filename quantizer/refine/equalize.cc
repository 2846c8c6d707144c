#include "quantizer/refine/equalize.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "common/kernels/interpreter.h"
#include "quantizer/plan/float_operands.h"
#include "quantizer/prepare/edits.h"
#include "quantizer/refine/layer_pairs.h"

namespace atl::quantizer {
namespace {

using graph::OpKind;

constexpr int kMostTurns = 50;
constexpr double kSettled = 1e-3;  // the largest change of a factor in a turn
constexpr float kBelowSix = 6 / 1.1f;
constexpr double kLargestFactor = 1e4;  // of a channel in a turn; beyond, one of the layers is dead there

struct Pair {
  LayerPair layers;
  std::vector<float> largest;  // by channel: of the first one's results, in magnitude
};

class Equalizer {
 public:
  Equalizer(graph::Subgraph& subgraph, const std::vector<OpChoice>& choices, std::vector<Pair>& pairs)
      : subgraph_(subgraph), choices_(choices), pairs_(pairs), weights_(subgraph.tensors.size()) {
    for (const Pair& pair : pairs_) {
      for (const size_t op : {pair.layers.first, pair.layers.second}) {
        for (const int32_t index : {weights_of(op), bias_of(op)}) {
          if (index != graph::kNoTensor)
            weights_[static_cast<size_t>(index)] = float_values(tensor_at(subgraph_, index));
        }
      }
    }
  }

  // How far apart the two sides of a pair are: the largest ratio of r1_i / r2_i between two of its channels. 1:
  // settled.
  double largest_mismatch() const {
    double mismatch = 1;
    for (const Pair& pair : pairs_) {
      const std::vector<float> first = first_ranges(pair), second = second_ranges(pair);
      double low = INFINITY, high = 0;
      for (size_t c = 0; c < first.size(); ++c) {
        if (!(first[c] > 0) || !(second[c] > 0)) continue;
        const double ratio = double{first[c]} / double{second[c]};
        low = std::min(low, ratio), high = std::max(high, ratio);
      }
      if (high > 0) mismatch = std::max(mismatch, high / low);
    }
    return mismatch;
  }

  void run() {
    for (int turn = 0; turn < kMostTurns; ++turn) {
      double change = 0;
      for (Pair& pair : pairs_) change = std::max(change, balance(pair));
      if (change < kSettled) break;
    }
    for (size_t t = 0; t < weights_.size(); ++t) {
      if (weights_[t].empty()) continue;
      std::vector<uint8_t> bytes(weights_[t].size() * sizeof(float));
      std::memcpy(bytes.data(), weights_[t].data(), bytes.size());
      subgraph_.tensors[t].data = graph::make_buffer(std::move(bytes));
    }
  }

 private:
  bool has_one_scale(size_t op) const { return choices_[op].one_weight_scale || choices_[op].weight_scale > 0; }
  int32_t weights_of(size_t op) const {
    return subgraph_.ops[op].inputs[weighted_operands(subgraph_.ops[op].kind).weights];
  }
  int32_t bias_of(size_t op) const {
    const WeightedOperands at = weighted_operands(subgraph_.ops[op].kind);
    return has_operand(subgraph_.ops[op], at.bias) ? subgraph_.ops[op].inputs[at.bias] : graph::kNoTensor;
  }
  std::vector<float>& values(int32_t tensor) { return weights_[static_cast<size_t>(tensor)]; }
  const std::vector<float>& values(int32_t tensor) const { return weights_[static_cast<size_t>(tensor)]; }

  // Calls visit(index of the weight, channel) for all weights of a layer, by its output or its input channel.
  template <typename Visit>
  void for_each(size_t op, bool by_output, int32_t channels, const Visit& visit) const {
    const graph::Shape& shape = tensor_at(subgraph_, weights_of(op)).shape;
    const auto count = static_cast<size_t>(graph::num_elements(shape));
    const auto last = static_cast<size_t>(shape.back());
    const size_t inner = count / static_cast<size_t>(shape[0]);
    const bool depthwise = subgraph_.ops[op].kind == OpKind::kDepthwiseConv2D;
    // Output channel o of a depthwise layer reads input channel o / multiplier.
    const size_t multiplier = depthwise && !by_output ? last / static_cast<size_t>(channels) : 1;
    for (size_t i = 0; i < count; ++i) {
      if (depthwise || !by_output) {
        visit(i, i % last / multiplier);
      } else {
        visit(i, i / inner);
      }
    }
  }
  std::vector<float> weight_ranges(size_t op, bool by_output, int32_t channels) const {
    std::vector<float> ranges(static_cast<size_t>(channels), 0);
    const std::vector<float>& weights = values(weights_of(op));
    for_each(op, by_output, channels,
             [&](size_t i, size_t c) { ranges[c] = std::max(ranges[c], std::fabs(weights[i])); });
    return ranges;
  }

  std::vector<float> first_ranges(const Pair& pair) const {
    if (has_one_scale(pair.layers.first)) return weight_ranges(pair.layers.first, true, pair.layers.channels);
    std::vector<float> ranges = pair.largest;
    if (activation_type(choices_[pair.layers.first].precision) == graph::DType::kInt16) {
      for (float& range : ranges) range = range > 0 ? 1.0f : 0.0f;
    }
    return ranges;
  }
  std::vector<float> second_ranges(const Pair& pair) const {
    const size_t op = pair.layers.second;
    std::vector<float> ranges = weight_ranges(op, false, pair.layers.channels);
    if (subgraph_.ops[op].kind == OpKind::kDepthwiseConv2D && !has_one_scale(op)) {
      for (float& range : ranges) range = range > 0 ? 1.0f : 0.0f;
    }
    return ranges;
  }

  // Returns the largest logarithm of a factor.
  double balance(Pair& pair) {
    const std::vector<float> first = first_ranges(pair), second = second_ranges(pair);
    const double all_first = *std::max_element(first.begin(), first.end());
    const double all_second = *std::max_element(second.begin(), second.end());
    std::vector<float> factors(first.size(), 1);
    double change = 0;
    for (size_t c = 0; c < first.size(); ++c) {
      if (!(first[c] > 0) || !(second[c] > 0)) continue;
      double factor = std::sqrt((double{first[c]} / all_first) / (double{second[c]} / all_second));
      factor = std::clamp(factor, 1 / kLargestFactor, kLargestFactor);
      if (pair.layers.clips_at_6) {
        if (!(pair.largest[c] < kBelowSix)) continue;
        factor = std::max(factor, double{pair.largest[c] / kBelowSix});
      }
      factors[c] = static_cast<float>(factor);
      change = std::max(change, std::fabs(std::log(factor)));
    }
    apply(pair, factors);
    return change;
  }

  void apply(Pair& pair, const std::vector<float>& factors) {
    const LayerPair& layers = pair.layers;
    std::vector<float>& first = values(weights_of(layers.first));
    for_each(layers.first, true, layers.channels, [&](size_t i, size_t c) { first[i] /= factors[c]; });
    if (const int32_t bias = bias_of(layers.first); bias != graph::kNoTensor) {
      for (size_t c = 0; c < factors.size(); ++c) values(bias)[c] /= factors[c];
    }
    std::vector<float>& second = values(weights_of(layers.second));
    for_each(layers.second, false, layers.channels, [&](size_t i, size_t c) { second[i] *= factors[c]; });
    for (size_t c = 0; c < factors.size(); ++c) pair.largest[c] /= factors[c];
  }

  graph::Subgraph& subgraph_;
  const std::vector<OpChoice>& choices_;
  std::vector<Pair>& pairs_;
  std::vector<std::vector<float>> weights_;  // by tensor; empty for what isn't changed
};

Status observe(const graph::Model& model, const std::vector<std::vector<Bytes>>& samples, std::vector<Pair>& pairs) {
  kernels::InterpreterOptions options;
  options.preserve_all = true;
  ATOLL_ASSIGN(kernels::Interpreter interpreter, kernels::Interpreter::create(model, options));
  for (const std::vector<Bytes>& sample : samples) {
    for (size_t i = 0; i < sample.size(); ++i) interpreter.set_input(i, sample[i]);
    ATOLL_TRY(interpreter.invoke());
    for (Pair& pair : pairs) {
      const auto bytes = interpreter.tensor(static_cast<size_t>(pair.layers.between)).bytes;
      for (size_t i = 0; i < bytes.size() / sizeof(float); ++i) {
        float value;
        std::memcpy(&value, &bytes[i * sizeof value], sizeof value);
        float& largest = pair.largest[i % pair.largest.size()];
        largest = std::max(largest, std::fabs(value));
      }
    }
  }
  return {};
}

bool is_integer(const OpChoice& choice) { return activation_type(choice.precision) != graph::DType::kFloat32; }

// Converters share one bias among layers where it is the same, all 0 above all; each gets its own.
void separate_biases(graph::Subgraph& subgraph) {
  std::vector<bool> taken(subgraph.tensors.size(), false);
  for (graph::Op& op : subgraph.ops) {
    if (op.kind == OpKind::kUnknown || rule_of(op) != graph::QuantRule::kWeighted) continue;
    const WeightedOperands at = weighted_operands(op.kind);
    if (!has_operand(op, at.bias) || !is_float32(subgraph, op.inputs[at.bias])) continue;
    if (!tensor_at(subgraph, op.inputs[at.bias]).is_constant()) continue;
    int32_t& bias = op.inputs[at.bias];
    if (!taken[static_cast<size_t>(bias)]) {
      taken[static_cast<size_t>(bias)] = true;
      continue;
    }
    const graph::Tensor& shared = tensor_at(subgraph, bias);
    const std::string name = shared.name + "_of_" + tensor_at(subgraph, op.outputs[0]).name;
    graph::Tensor own = float_constant(subgraph, name, shared.shape, float_values(shared));
    subgraph.tensors.push_back(std::move(own));
    bias = static_cast<int32_t>(subgraph.tensors.size()) - 1;
  }
}

}  // namespace

Result<std::string> equalize(graph::Model& model, const CarriedRanges& ranges, const std::vector<OpChoice>& choices,
                             const std::vector<std::vector<Bytes>>& samples) {
  std::vector<Pair> pairs;
  separate_biases(model.main());
  CarriedRanges carried = ranges;
  carried.resize(model.main().tensors.size());
  for (const LayerPair& layers : find_layer_pairs(model.main(), carried)) {
    if (!is_integer(choices[layers.first]) || !is_integer(choices[layers.second])) continue;
    pairs.push_back({layers, std::vector<float>(static_cast<size_t>(layers.channels), 0)});
  }
  if (pairs.empty()) return std::string("equalize: no two layers follow each other in a way that allows it");
  ATOLL_TRY(observe(model, samples, pairs));
  Equalizer equalizer(model.main(), choices, pairs);
  const double before = equalizer.largest_mismatch();
  equalizer.run();
  return fmt::format("equalize: {} pair{} of layers; the largest mismatch of channels {:.4g} -> {:.4g}", pairs.size(),
                     pairs.size() == 1 ? "" : "s", before, equalizer.largest_mismatch());
}

}  // namespace atl::quantizer
