// Between the typed attributes of the operators of ops.def and the schema's option tables.
#pragma once

#include "common/base/result.h"
#include "common/graph/model.h"
#include "common/tflite/native.h"

namespace atl::tflite {

// BuiltinOperator of an op: its row's, or what the file said for an op without a row.
int32_t builtin_code(const graph::Op& op);

// The attributes of an operator of this kind. A missing table, or one of another operator, reads as the schema's
// defaults, as in the reference runtime (strides are then 0, which the verifier refuses).
// kInvalid when an enumeration holds a value the schema does not have.
Result<graph::Attributes> read_attributes(graph::OpKind kind, const fb::BuiltinOptionsUnion& options);

// Serializes the option table of an op. What the file had is written back unchanged while it still says what op.attrs
// says; otherwise op.attrs goes over the file's table (or a new one), so fields that the IR has no name for survive.
// An operator without a row gets the file's table. Sets `type` to the table's union member.
flatbuffers::Offset<void> write_options(flatbuffers::FlatBufferBuilder& builder, const graph::Op& op,
                                        fb::BuiltinOptions& type);

}  // namespace atl::tflite
