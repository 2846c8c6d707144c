// What is promised of a quantized model, checked on the model itself before anybody gets it.
#pragma once

#include <vector>

#include "common/base/file.h"
#include "common/base/result.h"
#include "common/graph/model.h"
#include "quantizer/plan/scheme.h"
#include "quantizer/rewrite/rewriter.h"

namespace atl::quantizer {

// Every operator that the plan makes an integer one is: no float operand. With no other operators nothing of the main
// subgraph is float but inputs and outputs. Aborts otherwise: it would be a bug of ours.
void check_integer_only(const Rewritten& rewritten, const Plan& plan);

// The model as a file, read again, verified and run on one sample (float32 bytes for quantized inputs, by position).
// Returns the size of the file in bytes. kUnsupported when values so extreme that their scales break a rule of the
// format or a limit of a kernel keep it from running.
Result<size_t> check_runs(const graph::Model& model, const std::vector<Bytes>& sample, Scheme scheme);

}  // namespace atl::quantizer
