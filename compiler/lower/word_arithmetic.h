// Operators of two operands of 16 bits where these have a form of their own; otherwise they have that of 8 bits
// (binary.cc).
#pragma once

#include <optional>

#include "common/graph/op_view.h"
#include "compiler/tasks/lane_builder.h"

namespace atl::compiler {

// r0 = the operator of r0 and r1, or nothing if its form is the general one. The op has a kernel.
//   without scales      ADD, SUB, MUL wrap in 16 bits
//   pot_scale_int16     ADD, SUB of scales that are powers of two: the operand of the smaller scale is shifted right
//   16 bits to 8        MUL is a product of Q0.15, rounded to Q0.7
//   comparisons         LESS and its relatives compare the integers as they are; so do the others without scales
std::optional<LaneBuilder> word_program(const graph::OpView& op);

// r[d] = its low 16 bits, as a signed number.
void wrap_to_words(LaneBuilder& body, int d);

// r0 = whether the relation holds between r0 and r1: EQUAL, NOT_EQUAL, LESS, ...
void compare(LaneBuilder& body, graph::OpKind kind);

}  // namespace atl::compiler
