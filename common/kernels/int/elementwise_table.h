// Elementwise operators on quantized integers. One row a combination of element types.
#pragma once

#include <array>

#include "common/kernels/interface/variant.h"

namespace atl::kernels::integer {

inline constexpr std::array<Variant, 0> kElementwiseVariants = {};

}  // namespace atl::kernels::integer
