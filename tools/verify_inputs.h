// The inputs that `verify` checks a model with.
#pragma once

#include <string>
#include <vector>

#include "common/base/file.h"
#include "common/graph/model.h"
#include "tools/invocations.h"

namespace atl::tools {

struct CheckedInvocation {
  std::string label;  // "seed 3", "invocation 3", "pattern alternating"
  std::vector<Bytes> inputs;
};

// With --input, its invocations. Otherwise, for pattern "uniform", seeds flags.seed, flags.seed + 1, ... (flags.count
// of them; `run --seed` draws the same), and for "extremes" every input at its type's minimum, at its maximum, and
// alternating between them; float types take -1 and 1.
Result<std::vector<CheckedInvocation>> checked_invocations(const graph::Subgraph& subgraph, const InputFlags& flags,
                                                           const std::vector<std::string>& patterns);

}  // namespace atl::tools
