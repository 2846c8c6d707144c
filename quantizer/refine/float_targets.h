// What the layers of the float model read and compute over some samples, as far as refinements need it.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "common/base/file.h"
#include "common/base/result.h"
#include "common/graph/model.h"
#include "quantizer/refine/layer.h"

namespace atl::quantizer {

struct LayerTargets {
  std::vector<float> mean_input;  // the mean of the layer's input, element by element
  // The layer's sums (no bias, no activation) at chosen positions, positions x channels; only if asked for and if there
  // is a Layer for the operator.
  std::vector<float> sums;
};

using FloatTargets = std::map<size_t, LayerTargets>;  // by operator

// Some of the positions of a layer in one of `samples` samples: the same for the same operator and sample. Of all
// samples together about 1,024.
std::vector<int64_t> chosen_positions(const Layer& layer, size_t op, size_t sample, size_t samples);

// By operator of the model's main subgraph, for these. kUnsupported, kInvalid as the interpreter has it.
Result<FloatTargets> float_targets(const graph::Model& model, const std::set<size_t>& ops,
                                   const std::vector<std::vector<Bytes>>& samples, bool with_sums);

// A layer's output, mean a channel over all positions, without its activation, for this float32 input.
Result<std::vector<double>> mean_output(const graph::Subgraph& subgraph, size_t op, const std::vector<float>& input);

}  // namespace atl::quantizer
