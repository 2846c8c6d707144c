// Reductions, choices and running sums of numbers as they are: integers without scales or of equal scales, bool, and
// float32. One row a combination of element types.
#pragma once

#include <array>

#include "common/kernels/plain/reduce_kernels.h"

namespace atl::kernels::plain {

inline constexpr std::array kReduceVariants = {
    Variant{graph::OpKind::kMean, "float32, int32 -> float32", prepare_mean},
    Variant{graph::OpKind::kMean, "int32, int32 -> int32", prepare_mean},
    Variant{graph::OpKind::kMean, "int64, int32 -> int64", prepare_mean},
    Variant{graph::OpKind::kSum, "float32, int32 -> float32", prepare_sum},
    Variant{graph::OpKind::kSum, "int32, int32 -> int32", prepare_sum},
    Variant{graph::OpKind::kSum, "int64, int32 -> int64", prepare_sum},
    Variant{graph::OpKind::kSum, "bool, int32 -> bool", prepare_any},
    Variant{graph::OpKind::kReduceProd, "float32, int32 -> float32", prepare_product},
    Variant{graph::OpKind::kReduceProd, "int32, int32 -> int32", prepare_product},
    Variant{graph::OpKind::kReduceProd, "int64, int32 -> int64", prepare_product},
    Variant{graph::OpKind::kReduceProd, "uint8, int32 -> uint8", prepare_product},
    Variant{graph::OpKind::kReduceProd, "bool, int32 -> bool", prepare_all},
    Variant{graph::OpKind::kReduceMax, "bool, int32 -> bool", prepare_any},
    Variant{graph::OpKind::kReduceMax, "T, int32 -> T", prepare_maximum_of},
    Variant{graph::OpKind::kReduceMin, "bool, int32 -> bool", prepare_all},
    Variant{graph::OpKind::kReduceMin, "T, int32 -> T", prepare_minimum_of},
    Variant{graph::OpKind::kReduceAny, "bool, int32 -> bool", prepare_any},
    Variant{graph::OpKind::kReduceAll, "bool, int32 -> bool", prepare_all},
    Variant{graph::OpKind::kArgMax, "T, int32|int64 -> int32|int64", prepare_arg_max},
    Variant{graph::OpKind::kArgMin, "T, int32|int64 -> int32|int64", prepare_arg_min},
    Variant{graph::OpKind::kTopK, "T, int32|int16 -> T, int32|int16", prepare_top_k},
    Variant{graph::OpKind::kCumsum, "T, int32 -> T", prepare_cumsum},
    Variant{graph::OpKind::kRange, "T, T, T -> T", prepare_range},
    Variant{graph::OpKind::kScatterNd, "int32, T, int32 -> T", prepare_scatter_nd},
};

}  // namespace atl::kernels::plain
