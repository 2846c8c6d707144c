// Tensors in the order in which they come to be.
#pragma once

#include <cstdint>
#include <vector>

#include "common/graph/model.h"

namespace atl::runtime {

// By tensor: the op that writes it, or -1.
std::vector<int32_t> producers(const graph::Subgraph& subgraph);

// Every tensor that is an input or that an op writes: inputs first, then the ops' outputs in execution order.
std::vector<size_t> execution_order(const graph::Subgraph& subgraph);

}  // namespace atl::runtime
