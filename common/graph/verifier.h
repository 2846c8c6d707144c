// Checks what every later stage takes for granted, so that none of them has to.
#pragma once

#include "common/base/result.h"
#include "common/graph/model.h"

namespace atl::graph {

// kInvalid with every problem found (the first 20, and how many more): indices in range, one producer a tensor,
// producers before consumers, constants of the size their shape and type say, extents >= 0 and fewer than 2^31
// elements, quantization parameters finite, positive and as many as the axis has, zero points within the type, and for
// every operator of ops.def its attributes (attribute_rules.h), the number, types and quantization of its operands
// (operand_rules.h) and the shapes of its outputs (shapes.h). Of operators without a row only the structure is checked.
// A type combination that passes is one the format has; whether there is a kernel for it is the kernels' to say.
// kUnsupported, alone, when an input of the main subgraph has -1 in its shape itself.
Status verify(const Model& model);

// The same for one operator alone, whose tensor indices must be in range. The message does not name it.
Status verify_op(const Subgraph& subgraph, const Op& op);

}  // namespace atl::graph
