// Reductions and resizings that compute with quantized integers. One row a combination of element types.
#pragma once

#include <array>

#include "common/kernels/int/reduce_kernels.h"

namespace atl::kernels::integer {

inline constexpr std::array kReduceVariants = {
    Variant{graph::OpKind::kMean, "int8, int32 -> int8", prepare_mean},
    Variant{graph::OpKind::kMean, "uint8, int32 -> uint8", prepare_mean},
    Variant{graph::OpKind::kMean, "int16, int32 -> int16", prepare_mean},
    Variant{graph::OpKind::kReduceProd, "int8, int32 -> int8", prepare_product},
    Variant{graph::OpKind::kReduceProd, "int16, int32 -> int16", prepare_product},
    Variant{graph::OpKind::kResizeBilinear, "int8, int32 -> int8", prepare_resize_bilinear},
    Variant{graph::OpKind::kResizeBilinear, "int16, int32 -> int16", prepare_resize_bilinear},
    Variant{graph::OpKind::kSum, "int8, int32 -> int8", prepare_sum},
    Variant{graph::OpKind::kSum, "uint8, int32 -> uint8", prepare_sum},
    Variant{graph::OpKind::kSum, "int16, int32 -> int16", prepare_sum},
};

}  // namespace atl::kernels::integer
