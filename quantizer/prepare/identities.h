// Operators that give what they are given.
#pragma once

#include "quantizer/prepare/edits.h"

namespace atl::quantizer {

// The operand that an operator passes on unchanged, whatever its values; kNoTensor for all other operators. These do:
// RESHAPE, SQUEEZE and BROADCAST_TO to the same shape, TRANSPOSE without exchange, PAD, PADV2 and MIRROR_PAD of
// nothing, SLICE and STRIDED_SLICE of all, TILE once, CONCATENATION and SPLIT of one part, and, without an activation,
// MUL and DIV by 1, ADD and SUB of 0. (-0 + 0 is 0: the sign of a zero may change.) Float32 tensors only.
int32_t passed_on(const graph::Subgraph& subgraph, const graph::Op& op);

// Takes such operators out, save those that lead from one edge of the model to another. Returns how many.
size_t remove_identities(Edits& edits);

}  // namespace atl::quantizer
