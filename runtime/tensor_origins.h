// Which tensor of the original model a compiled model's tensor is. The compiler drops the tensors inside of segments
// and renumbers the rest.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "common/graph/model.h"
#include "isa/program.h"

namespace atl::runtime {

// For every tensor of `compiled`: its index in `original`, or -1 where neither an operator nor the model's inputs and
// outputs name it. `host_ops`: the original's operators that stayed on the host, in order; `programs`: those of the
// segments, in order.
std::vector<int32_t> tensor_origins(const graph::Subgraph& original, const graph::Subgraph& compiled,
                                    std::span<const int32_t> host_ops, std::span<const isa::Program> programs);

}  // namespace atl::runtime
