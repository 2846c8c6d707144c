// Float activations with integer weights, quantized on the way. One row a combination of element types.
#pragma once

#include <array>

#include "common/kernels/hybrid/kernels.h"

namespace atl::kernels::hybrid {

inline constexpr std::array kVariants = {
    Variant{graph::OpKind::kBatchMatMul, "float32, int8 -> float32", prepare_batch_matmul},
    Variant{graph::OpKind::kConv2D, "float32, int8|uint8|int4, float32? -> float32", prepare_conv_2d},
    Variant{graph::OpKind::kDepthwiseConv2D, "float32, int8, float32? -> float32", prepare_depthwise_conv_2d},
    Variant{graph::OpKind::kFullyConnected, "float32, int8|uint8|int4|int2, float32? -> float32",
            prepare_fully_connected},
    Variant{graph::OpKind::kTransposeConv, "int32, int8, float32, float32? -> float32", prepare_transpose_conv},
};

}  // namespace atl::kernels::hybrid
