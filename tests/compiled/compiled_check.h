// Compiles a model, simulates its programs and compares every output and materialized tensor with the reference
// kernels.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/graph/model.h"
#include "compiler/compile.h"
#include "isa/machine.h"
#include "simulator/simulator.h"

namespace atl::test {

struct CompiledCheck {
  std::string difference;  // the first tensor that differs, with counts; empty: byte for byte equal
  int64_t tensors = 0;     // compared
  int64_t cycles = 0;      // simulated, warm, over all programs
  int64_t estimated_cycles = 0;
  size_t host_ops = 0;      // ops left to the host
  std::string host_reason;  // of the first of them
};

// Inputs of one invocation by position; empty: drawn from the seed.
struct CheckOptions {
  uint64_t seed = 0;
  std::vector<Bytes> inputs;
  simulator::Fidelity fidelity = simulator::Fidelity::kFast;
};

// The model must be verified. Host ops are computed by the reference kernels.
Result<CompiledCheck> check_compiled(const graph::Model& model, const isa::Machine& machine,
                                     const CheckOptions& options = {});

}  // namespace atl::test
