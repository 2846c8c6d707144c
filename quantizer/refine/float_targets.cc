#include "quantizer/refine/float_targets.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "common/graph/cut_op.h"
#include "common/kernels/interpreter.h"
#include "common/kernels/products/float_gemm.h"
#include "common/kernels/random_inputs.h"
#include "quantizer/plan/float_operands.h"

namespace atl::quantizer {
namespace {

constexpr size_t kPositions = 1024;

std::vector<float> floats(std::span<const uint8_t> bytes) {
  std::vector<float> values(bytes.size() / sizeof(float));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

// Adds the sums of one sample.
void add_sums(const Layer& layer, const std::vector<float>& input, const std::vector<float>& weights,
              const std::vector<int64_t>& positions, std::vector<float>& sums) {
  const auto count = static_cast<int64_t>(positions.size());
  const size_t before = sums.size();
  sums.resize(before + static_cast<size_t>(count * layer.channels()));
  std::vector<float> patches(static_cast<size_t>(count * layer.depth())), panel;
  const int64_t columns = layer.channels_of_group();
  for (int64_t g = 0; g < layer.groups(); ++g) {
    for (int64_t i = 0; i < count; ++i) {
      layer.patch(input.data(), g, positions[static_cast<size_t>(i)], &patches[static_cast<size_t>(i * layer.depth())]);
    }
    std::vector<float> rows(static_cast<size_t>(columns * layer.depth()));
    for (int64_t c = 0; c < columns; ++c) {
      for (int64_t k = 0; k < layer.depth(); ++k) {
        rows[static_cast<size_t>(c * layer.depth() + k)] = weights[layer.weight_at(g * columns + c, k)];
      }
    }
    kernels::products::gemm({count, columns, layer.depth()}, kernels::FloatSums::kInOrder,
                            {patches.data(), layer.depth()}, {rows.data(), layer.depth()}, {}, {-INFINITY, INFINITY},
                            &sums[before + static_cast<size_t>(g * columns)], layer.channels(), panel);
  }
}

struct Collected {
  std::vector<double> total;
  std::optional<Layer> layer;
  std::vector<float> weights;
  LayerTargets targets;
};

}  // namespace

std::vector<int64_t> chosen_positions(const Layer& layer, size_t op, size_t sample, size_t samples) {
  const size_t wanted = (kPositions + samples - 1) / samples;
  const auto all = static_cast<size_t>(layer.positions());
  std::vector<int64_t> positions;
  if (all <= wanted) {
    for (size_t i = 0; i < all; ++i) positions.push_back(static_cast<int64_t>(i));
    return positions;
  }
  kernels::SplitMix64 random(kernels::SplitMix64::mix(op) + sample);
  for (size_t i = 0; i < wanted; ++i) positions.push_back(static_cast<int64_t>(random() % all));
  return positions;
}

Result<FloatTargets> float_targets(const graph::Model& model, const std::set<size_t>& ops,
                                   const std::vector<std::vector<Bytes>>& samples, bool with_sums) {
  kernels::InterpreterOptions options;
  options.preserve_all = true;
  ATOLL_ASSIGN(kernels::Interpreter interpreter, kernels::Interpreter::create(model, options));
  const graph::Subgraph& subgraph = model.main();
  std::map<size_t, Collected> collected;
  for (const size_t op : ops) {
    Collected& at = collected[op];
    if (with_sums) at.layer = Layer::of(subgraph, op);
    const WeightedOperands operands = weighted_operands(subgraph.ops[op].kind);
    if (at.layer) at.weights = float_values(tensor_at(subgraph, subgraph.ops[op].inputs[operands.weights]));
  }
  for (size_t s = 0; s < samples.size(); ++s) {
    for (size_t i = 0; i < samples[s].size(); ++i) interpreter.set_input(i, samples[s][i]);
    ATOLL_TRY(interpreter.invoke());
    for (auto& [op, at] : collected) {
      const int32_t input = subgraph.ops[op].inputs[weighted_operands(subgraph.ops[op].kind).input];
      const std::vector<float> values = floats(interpreter.tensor(static_cast<size_t>(input)).bytes);
      at.total.resize(values.size(), 0);
      for (size_t i = 0; i < values.size(); ++i) at.total[i] += double{values[i]};
      if (!at.layer) continue;
      add_sums(*at.layer, values, at.weights, chosen_positions(*at.layer, op, s, samples.size()), at.targets.sums);
    }
  }
  FloatTargets result;
  for (auto& [op, at] : collected) {
    for (const double total : at.total) {
      at.targets.mean_input.push_back(static_cast<float>(total / static_cast<double>(samples.size())));
    }
    result[op] = std::move(at.targets);
  }
  return result;
}

Result<std::vector<double>> mean_output(const graph::Subgraph& subgraph, size_t op, const std::vector<float>& input) {
  graph::Model model = graph::cut_op(subgraph, op);
  std::visit(
      [](auto& attrs) {
        if constexpr (requires { attrs.activation; }) attrs.activation = graph::Activation::kNone;
      },
      model.main().ops[0].attrs);
  ATOLL_ASSIGN(kernels::Interpreter interpreter, kernels::Interpreter::create(model));
  interpreter.set_input(0, {reinterpret_cast<const uint8_t*>(input.data()), input.size() * sizeof(float)});
  ATOLL_TRY(interpreter.invoke());
  const std::vector<float> values = floats(interpreter.output(0).bytes);
  const auto channels = static_cast<size_t>(tensor_at(subgraph, subgraph.ops[op].outputs[0]).shape.back());
  std::vector<double> means(channels, 0);
  for (size_t i = 0; i < values.size(); ++i) means[i % channels] += double{values[i]};
  for (double& mean : means) mean /= static_cast<double>(values.size() / channels);
  return means;
}

}  // namespace atl::quantizer
