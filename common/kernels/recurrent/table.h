// Layers with state over time, of every type. One row a combination of element types.
#pragma once

#include <array>

#include "common/kernels/interface/variant.h"

namespace atl::kernels::recurrent {

inline constexpr std::array<Variant, 0> kVariants = {};

}  // namespace atl::kernels::recurrent
