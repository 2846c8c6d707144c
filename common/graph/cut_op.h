// One operator taken out of its model.
#pragma once

#include "common/graph/model.h"

namespace atl::graph {

// A model of this operator alone, with tensors of its own. Its inputs are the operands that are not constants, each
// once; its outputs those of the operator. Messages about the operator show its index in the model it comes from.
Model cut_op(const Subgraph& subgraph, size_t op_index);

}  // namespace atl::graph
