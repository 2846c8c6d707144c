// The model that a subcommand is about.
#pragma once

#include <string>

#include "common/base/result.h"
#include "common/graph/model.h"

namespace atl::tools {

// Reads and verifies a .tflite file; what is odd but not wrong goes to stderr. kIo; kInvalid; kUnsupported when an
// input's shape is unknown. Messages start with the path.
Result<graph::Model> open_model(const std::string& path);

// "int8 1x28x28 scale=0.5 zero_point=-3".
std::string tensor_text(const graph::Tensor& tensor);

}  // namespace atl::tools
