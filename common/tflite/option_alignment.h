// Alignment of what flatbuffers' own classes read. Its verifier checks the place of a vector's length, which says
// nothing of elements of 64 bits, and the generated classes then read these where they are.
#pragma once

#include "common/tflite/native.h"

namespace atl::tflite {

// True if every vector of 64-bit elements in this verified option table is aligned. Only tables of the second union
// have any.
bool is_aligned(const void* table, fb::BuiltinOptions2 type);

}  // namespace atl::tflite
