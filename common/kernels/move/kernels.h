// What prepares the operators that only move bytes, whatever they stand for.
#pragma once

#include "common/kernels/interface/variant.h"

namespace atl::kernels::move {

Result<PreparedKernel> prepare_copy(const OpContext& context);           // RESHAPE, SQUEEZE
Result<PreparedKernel> prepare_pad(const OpContext& context);            // PAD
Result<PreparedKernel> prepare_concatenation(const OpContext& context);  // CONCATENATION of equal scales

}  // namespace atl::kernels::move
