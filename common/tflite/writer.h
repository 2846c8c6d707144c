// graph::Model out as a .tflite file.
#pragma once

#include <cstddef>
#include <string>

#include "common/base/file.h"
#include "common/base/result.h"
#include "common/graph/model.h"

namespace atl::tflite {

struct WriteOptions {
  // Constants and custom options beyond this many bytes in all are put behind the flatbuffer (whose own offsets reach
  // 2 GiB), each at a multiple of 16, with their place in the file in Buffer.offset and size.
  size_t max_inline_bytes = size_t{3} << 29;
};

// The file's bytes, the same for the same model. The model must pass graph::verify; it may come from a file, from a
// builder, or be a mixture: operators are written with their row's builtin code, their version (0: the lowest that has
// these types, versions.h) and their attributes over whatever option table the file had. A custom operator needs only
// builtin_code 32, custom_code and custom_options.
// Buffer 0 is empty; a graph::Buffer that several tensors share is written once.
Bytes write_model(const graph::Model& model, const WriteOptions& options = {});

// write_model into a file; kIo when it can't be written.
Status save_model(const graph::Model& model, const std::string& path);

}  // namespace atl::tflite
