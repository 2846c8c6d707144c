// Operator versions: a runtime refuses an operator whose version is newer than its own, so a writer states the lowest
// version that had the types and attributes in use.
#pragma once

#include <cstdint>

#include "common/graph/model.h"

namespace atl::tflite {

// The lowest version of the op's operator with these operand types and attributes, for the rows of ops.def; 1 for
// operators without a row. Source: the version history that the format's converter keeps (op_version.cc of LiteRT),
// except that int16 activations with int8 weights get the version that brought int16 activations, which it leaves at 1.
int32_t lowest_version(const graph::Subgraph& subgraph, const graph::Op& op);

}  // namespace atl::tflite
