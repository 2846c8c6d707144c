// The conformance set: models of one operator with inputs and the reference runtime's outputs.
//
// A folder with manifest.json, a list of {case, op, type, integer, vectors, quarantine, ...}, and for each case
// <case>.tflite and <case>.npz, whose arrays are in_<vector>_<k> and out_<vector>_<k>, k counting inputs and outputs.
#pragma once

#include <string>
#include <vector>

#include "common/arrays/array.h"
#include "common/base/result.h"

namespace atl::test {

struct ConformanceCase {
  std::string name;      // "authored_ops/CONV_2D/pc_CONV_2D_0"
  std::string op;        // "CONV_2D"
  std::string type;      // "int8", "int8+int8->int8", ...
  bool integer = false;  // no float arithmetic inside
  int vectors = 0;
  std::string quarantine;  // why its outputs are no judge; empty as a rule
  std::string model_path, arrays_path;

  // Whether every element type that `type` names is one of these.
  bool types_within(const std::vector<std::string>& allowed) const;
};

struct ConformanceVector {
  std::vector<arrays::Array> inputs, outputs;
};

// All cases of the set, in the manifest's order.
Result<std::vector<ConformanceCase>> load_conformance_cases(const std::string& folder);

Result<std::vector<ConformanceVector>> load_conformance_vectors(const ConformanceCase& conformance_case);

}  // namespace atl::test
