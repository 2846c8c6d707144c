// int4 tensors hold two elements a byte, the low nibble first. Kernels that move elements know whole bytes alone.
#pragma once

#include "common/kernels/interface/variant.h"

namespace atl::kernels::move {

// The kernel itself; or, if an operand of the operator is int4, one that gives it such operands as int8.
PreparedKernel unpacked(const OpContext& context, PreparedKernel kernel);

}  // namespace atl::kernels::move
