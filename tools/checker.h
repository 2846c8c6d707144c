// A model checked: its simulator against the reference operators, and those against the reference runtime.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tools/comparison.h"
#include "tools/reference_tensors.h"
#include "tools/simulated_model.h"
#include "tools/verify_inputs.h"

namespace atl::tools {

// Float operators add in another order than the reference: within this share of a tensor's largest magnitude.
inline constexpr double kFloatBound = 2e-6;

struct Verified {
  Comparison simulator;
  std::optional<Comparison> reference;
  size_t invocations = 0;
  // Operators that the reference runtime is no judge of, with the reason, and how many tensors are therefore not
  // compared with it; empty without a reference.
  std::vector<std::string> deviations = {};
  int64_t unjudged = 0;

  std::vector<std::string> differences() const;
};

struct CheckOptions {
  runtime::RunnerOptions runner;
  // Called after every invocation, with its number and the reference operators' tensors.
  std::function<Status(size_t invocation, const kernels::Interpreter& interpreter)> visit;
  std::function<void(const std::string& text)> progress;
};

// The model has been compiled on the way. kUnsupported, kInvalid and kDoesNotFit for what can't run; that something
// differs is no error.
Result<Verified> check_model(const SimulatedModel& model, const CheckedInvocations& checked,
                             const std::optional<ReferenceTensors>& reference, const CheckOptions& options);

}  // namespace atl::tools
