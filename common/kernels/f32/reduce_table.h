// Windows, resizings, detections and look-ups in float32. One row a combination of element types.
#pragma once

#include <array>

#include "common/kernels/f32/reduce_kernels.h"

namespace atl::kernels::f32 {

inline constexpr std::array kReduceVariants = {
    Variant{graph::OpKind::kDetectionPostProcess,
            "float32, float32|uint8|int8, float32 -> float32, float32, float32, float32", prepare_detections},
    Variant{graph::OpKind::kDetectionPostProcess,
            "uint8, float32|uint8|int8, uint8 -> float32, float32, float32, float32", prepare_detections},
    Variant{graph::OpKind::kDetectionPostProcess,
            "int8, float32|uint8|int8, int8 -> float32, float32, float32, float32", prepare_detections},
    Variant{graph::OpKind::kEmbeddingLookup, "int32, int8|uint8|int4 -> float32", prepare_embedding_lookup},
    Variant{graph::OpKind::kL2Pool2D, "float32 -> float32", prepare_l2_pool_2d},
    Variant{graph::OpKind::kLocalResponseNormalization, "float32 -> float32", prepare_local_response},
    Variant{graph::OpKind::kResizeBilinear, "float32, int32 -> float32", prepare_resize_bilinear},
    Variant{graph::OpKind::kResizeBilinear, "uint8, int32 -> uint8", prepare_resize_bilinear},
};

}  // namespace atl::kernels::f32
