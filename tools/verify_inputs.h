// The inputs that `verify` checks a model with.
#pragma once

#include <functional>
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

// Made one by one: there may be many, of large inputs.
class CheckedInvocations {
 public:
  // With --input, its invocations. Otherwise, for pattern "uniform", seeds flags.seed, flags.seed + 1, ... (flags.count
  // of them; `run --seed` draws the same), and for "extremes" every input at its type's minimum, at its maximum, and
  // alternating between them; float types take -1 and 1. Other patterns are for operators one by one (op_checks.h).
  // Says on stderr when inputs are drawn without a seed given.
  static Result<CheckedInvocations> create(const graph::Subgraph& subgraph, const InputFlags& flags,
                                           const std::vector<std::string>& patterns);

  // These.
  static CheckedInvocations of(std::vector<CheckedInvocation> invocations);

  size_t size() const { return makers_.size(); }
  Result<CheckedInvocation> at(size_t index) const { return makers_.at(index)(); }

 private:
  std::vector<std::function<Result<CheckedInvocation>()>> makers_;
};

}  // namespace atl::tools
