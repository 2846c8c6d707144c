// Operators on numbers as they are: integers without scales, bool. One row a combination of element types.
#pragma once

#include <array>

#include "common/kernels/interface/variant.h"

namespace atl::kernels::plain {

inline constexpr std::array<Variant, 0> kVariants = {};

}  // namespace atl::kernels::plain
