// Reductions, movements and resizings that compute with quantized integers. One row a combination of element types.
#pragma once

#include <array>

#include "common/kernels/interface/variant.h"

namespace atl::kernels::integer {

inline constexpr std::array<Variant, 0> kReduceVariants = {};

}  // namespace atl::kernels::integer
