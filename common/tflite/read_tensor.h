// One tensor of the file into the IR.
#pragma once

#include <string>

#include "common/graph/model.h"
#include "common/graph/problems.h"
#include "common/tflite/budget.h"
#include "common/tflite/buffers.h"
#include "common/tflite/native.h"

namespace atl::tflite {

// `label` names the tensor in messages. Problems: unknown element type, buffer out of range.
graph::Tensor read_tensor(const fb::Tensor& from, const std::string& label, BufferTable& buffers, Budget& budget,
                          graph::Problems& problems);

}  // namespace atl::tflite
