// Operators of the file into the IR.
#pragma once

#include "common/graph/model.h"
#include "common/tflite/budget.h"
#include "common/tflite/buffers.h"
#include "common/tflite/native.h"

namespace atl::tflite {

// The builtin operator a code stands for: codes up to 126 are in the old one-byte field, later ones in the new field,
// and writers fill one or both, so the larger counts.
int32_t builtin_code(const fb::OperatorCode& code);

// kInvalid: operator code out of range, option table newer than the schema, bad enumerations, options outside the file.
Result<graph::Op> read_op(const fb::Operator& from, const fb::Model& model, BufferTable& buffers, Budget& budget);

}  // namespace atl::tflite
