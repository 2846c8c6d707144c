// The kernels of this folder. One row a combination of element types.
#pragma once

#include <array>

#include "common/kernels/f32/kernels.h"

namespace atl::kernels::f32 {

inline constexpr std::array kVariants = {
    Variant{graph::OpKind::kAveragePool2D, "float32 -> float32", prepare_average_pool_2d},
    Variant{graph::OpKind::kMaxPool2D, "float32 -> float32", prepare_max_pool_2d},
};

}  // namespace atl::kernels::f32
