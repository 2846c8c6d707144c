// .tflite files in: a file becomes a graph::Model, or an Error of kind kInvalid that says what is wrong with it.
//
// Nothing in the bytes is trusted: the flatbuffer is verified before it is read, every index is checked, and parts that
// a hostile file refers to again and again count each time, so the memory used stays in proportion to the file.
// Everything the IR has no name for is kept in Opaque members for the writer.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/graph/model.h"

namespace atl::tflite {

// The model in these bytes, not verified as a graph (indices of tensors, shapes and types are as in the file).
// Constants are copied; buffers that several tensors name are shared. A tensor with sparse or blockwise-quantized bytes
// is kept but not `plain`; the operators that use it get kind kUnknown with the reason in Op::set_aside, and a warning
// says so. Shapes that are known only when the model runs are marked (graph/open_shapes.h).
// A quantized axis outside the tensor's rank is mended where only one axis fits, with a warning.
Result<graph::Model> read_model(std::span<const uint8_t> bytes, std::vector<std::string>* warnings = nullptr);

// Reads the file (kIo when it can't), then read_model and graph::verify. Messages start with the path.
Result<graph::Model> load_model(const std::string& path, std::vector<std::string>* warnings = nullptr);

}  // namespace atl::tflite
