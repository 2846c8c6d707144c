// How much an operator multiplies.
#pragma once

#include <cstdint>

#include "common/graph/op_view.h"

namespace atl::graph {

// Multiply-accumulates of an operator as the model states it, padding taps included: one for every output element and
// element of its filter. 0 for what is no sum of products, and for operators without a row. The graph must be verified.
uint64_t op_macs(const OpView& op);

}  // namespace atl::graph
