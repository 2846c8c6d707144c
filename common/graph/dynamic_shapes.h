// Operators whose tensors get their shapes only when the model runs.
//
// A file states a shape for every tensor, but where a signature has -1 that shape may be a placeholder. Mostly it is
// the right one (a batch of 1, carried through). Where it contradicts what the operator would compute, it says nothing.
#pragma once

#include <string>
#include <vector>

#include "common/graph/model.h"

namespace atl::graph {

// Makes a known operator an unknown one, with the reason that refusal() gives. Keeps builtin_code and opaque.
void set_aside(Op& op, std::string reason);

// Sets aside the operators that have a -1 among the signatures of their tensors and whose stated output shape is not
// what shape inference gives. Returns one warning each. Operators with indices out of range are left to the verifier.
std::vector<std::string> set_aside_dynamic_ops(Subgraph& subgraph);

}  // namespace atl::graph
