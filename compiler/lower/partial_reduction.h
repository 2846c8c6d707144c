// Long reductions in two steps, so that neither needs a whole long axis in SRAM at once.
#pragma once

#include "compiler/lower/segment.h"
#include "isa/instruction.h"

namespace atl::compiler {

// What a reduction reads: an operand, and the type of its elements.
struct ReductionInput {
  Operand operand;
  isa::LaneType type = isa::LaneType::kInt8;
};

// If `count` elements along `axis` are many for the machine's SRAM, adds a task that reduces them in runs of about the
// square root of that, into int32 partial results, and returns these; otherwise returns the input as it is.
ReductionInput shorten(const ReductionInput& input, int axis, isa::Reduce reduce, SegmentBuilder& builder);

}  // namespace atl::compiler
