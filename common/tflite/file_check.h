// Is this a TensorFlow Lite file at all, and is its flatbuffer sound?
#pragma once

#include <cstdint>
#include <span>

#include "common/base/result.h"

namespace atl::tflite {

// kInvalid for an empty file, a file of another kind (named when it is a common one) and a damaged flatbuffer.
// After success every offset of the flatbuffer may be followed. `bytes` starts at an address that is a multiple of 16.
Status check_file(std::span<const uint8_t> bytes);

}  // namespace atl::tflite
