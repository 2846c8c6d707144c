// SOFTMAX of int16 over the last axis (kernels/int/softmax_16.cc has the arithmetic): maximum, sum of exponentials, its
// reciprocal, and the quotient, passes over rows. Both functions are tables of 512 straight pieces.
#pragma once

#include "compiler/lower/segment.h"

namespace atl::compiler {

// shape: rows, classes.
void lower_word_softmax(const graph::OpView& op, const Dims& shape, SegmentBuilder& builder);

}  // namespace atl::compiler
