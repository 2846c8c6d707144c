// The kernels of this folder that multiply by weights. One row a combination of element types.
#pragma once

#include <array>

#include "common/kernels/f32/weighted.h"

namespace atl::kernels::f32 {

inline constexpr std::array kWeightedVariants = {
    Variant{graph::OpKind::kBatchMatMul, "float32, float32 -> float32", prepare_batch_matmul},
    Variant{graph::OpKind::kConv2D, "float32, float32, float32? -> float32", prepare_conv_2d},
    Variant{graph::OpKind::kDepthwiseConv2D, "float32, float32, float32? -> float32", prepare_depthwise_conv_2d},
    Variant{graph::OpKind::kFullyConnected, "float32, float32, float32? -> float32", prepare_fully_connected},
    Variant{graph::OpKind::kTransposeConv, "int32, float32, float32, float32? -> float32", prepare_transpose_conv},
};

}  // namespace atl::kernels::f32
