// A subgraph made ready to run: shapes worked out as far as they can be before it runs, and what depends on constants
// alone computed.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "common/base/result.h"
#include "common/graph/model.h"
#include "common/kernels/interface/kernel.h"

namespace atl::kernels {

struct ResolvedSubgraph {
  graph::Subgraph subgraph;          // a copy: folded tensors have data, shapes are as they will be
  std::vector<bool> folded;          // by op: its outputs are constants now, nothing is left to do
  std::vector<bool> dynamic_tensor;  // by tensor: the shape is known only when the op before it has run
};

// The output shapes of an operator that calls subgraphs or reads variables, where they are known before the model runs.
using InferCall =
    std::function<Result<std::vector<std::optional<graph::Shape>>>(const graph::Subgraph& subgraph, size_t op_index)>;

// `input_shapes`, if not empty, replaces the shapes of the subgraph's inputs. An operator is folded when its inputs are
// constants (or, for SHAPE and RANK, of known shape), and its outputs are small or not much larger than its inputs.
// kInvalid, with every operator whose shapes do not go together.
Result<ResolvedSubgraph> resolve(const graph::Subgraph& subgraph, const std::vector<graph::Shape>& input_shapes,
                                 const KernelOptions& options, const InferCall& infer_call);

}  // namespace atl::kernels
