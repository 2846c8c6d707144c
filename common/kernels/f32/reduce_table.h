// Reductions, windows and resizings of float32. One row a combination of element types.
#pragma once

#include <array>

#include "common/kernels/interface/variant.h"

namespace atl::kernels::f32 {

inline constexpr std::array<Variant, 0> kReduceVariants = {};

}  // namespace atl::kernels::f32
