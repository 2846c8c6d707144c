// Tensors that get their shapes only when the model runs.
//
// A file states a shape for every tensor, but where a signature has -1, or where an empty shape may mean an unknown
// rank, that shape may be a placeholder. Mostly it is the right one (a batch of 1, carried through). Where it
// contradicts what the operator would compute, it says nothing.
#pragma once

#include <string>

#include "common/graph/model.h"

namespace atl::graph {

// Makes a known operator an unknown one, with the reason that refusal() gives. Keeps builtin_code and opaque.
void set_aside(Op& op, std::string reason);

// Marks as Tensor::open_shape the outputs whose stated shape may be a placeholder and is not what shape inference
// gives, and every output of an operator that reads such a tensor. `inputs_given`: the subgraph's inputs have the
// shapes that they state, as those of the main one, which nobody calls with others. Operators with indices out of range
// are left to the verifier.
void mark_open_shapes(Subgraph& subgraph, bool inputs_given = true);

// Whether one of the operator's tensors is marked so. Indices must be in range.
bool has_open_shape(const Subgraph& subgraph, const Op& op);

}  // namespace atl::graph
