// Float activations with integer weights, quantized on the way. One row a combination of element types.
#pragma once

#include <array>

#include "common/kernels/interface/variant.h"

namespace atl::kernels::hybrid {

inline constexpr std::array<Variant, 0> kVariants = {};

}  // namespace atl::kernels::hybrid
