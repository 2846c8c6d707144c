// Operators checked one by one, each cut out of its model and fed with inputs that put it into its corners.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/checker.h"

namespace atl::tools {

struct OpChecks {
  size_t operators = 0, left_out = 0;  // left out: its inputs are no quantized integers, or it is no plain operator
  size_t invocations = 0;
  int64_t elements = 0;                  // of all tensors compared
  std::vector<std::string> differences;  // the first of each operator that has any
};

// `patterns`: "ties", "saturation" (runtime/corner_inputs.h). With `live` against the reference runtime too.
// kUnsupported, kInvalid as check_model.
Result<OpChecks> check_ops(const SimulatedModel& model, const std::vector<std::string>& patterns, uint64_t seed,
                           bool live, const FcRequantFlag& fc_requant, const CheckOptions& options);

}  // namespace atl::tools
