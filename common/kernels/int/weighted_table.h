// The kernels of this folder that multiply by weights. One row a combination of element types.
#pragma once

#include <array>

#include "common/kernels/int/weighted.h"

namespace atl::kernels::integer {

inline constexpr std::array kWeightedVariants = {
    Variant{graph::OpKind::kBatchMatMul, "int8, int8 -> int8|int32", prepare_batch_matmul},
    Variant{graph::OpKind::kBatchMatMul, "int16, int8|int16 -> int16", prepare_batch_matmul},
    Variant{graph::OpKind::kConv2D, "int8, int8, int32? -> int8", prepare_conv_2d},
    Variant{graph::OpKind::kConv2D, "int8, int4, int32? -> int8", prepare_conv_2d},
    Variant{graph::OpKind::kConv2D, "uint8, uint8, int32? -> uint8", prepare_conv_2d},
    Variant{graph::OpKind::kConv2D, "int16, int8, int32|int64? -> int16", prepare_conv_2d},
    Variant{graph::OpKind::kDepthwiseConv2D, "int8, int8, int32? -> int8", prepare_depthwise_conv_2d},
    Variant{graph::OpKind::kDepthwiseConv2D, "int8, int4, int32? -> int8", prepare_depthwise_conv_2d},
    Variant{graph::OpKind::kDepthwiseConv2D, "uint8, uint8, int32? -> uint8", prepare_depthwise_conv_2d},
    Variant{graph::OpKind::kDepthwiseConv2D, "int16, int8, int64? -> int16", prepare_depthwise_conv_2d},
    Variant{graph::OpKind::kFullyConnected, "int8, int8, int32? -> int8", prepare_fully_connected},
    Variant{graph::OpKind::kFullyConnected, "int8, int4, int32? -> int8", prepare_fully_connected},
    Variant{graph::OpKind::kFullyConnected, "uint8, uint8, int32? -> uint8", prepare_fully_connected},
    Variant{graph::OpKind::kFullyConnected, "int8, int2, int32? -> int8", prepare_fully_connected},
    Variant{graph::OpKind::kFullyConnected, "int16, int8|int4, int32|int64? -> int16", prepare_fully_connected},
    Variant{graph::OpKind::kFullyConnected, "int16, int16, int32|int64? -> int16", prepare_fully_connected_16},
    Variant{graph::OpKind::kFullyConnected, "int8, int8, int32? -> int16", prepare_fully_connected},
    Variant{graph::OpKind::kFullyConnected, "uint8, uint8, int32? -> int16", prepare_fully_connected},
    Variant{graph::OpKind::kFullyConnected, "uint8, uint8, int32? -> int16, uint8", prepare_fully_connected_shuffled},
    Variant{graph::OpKind::kTransposeConv, "int32, int8, int8, int32? -> int8", prepare_transpose_conv},
    Variant{graph::OpKind::kTransposeConv, "int32, uint8, uint8, int32? -> uint8", prepare_transpose_conv},
    Variant{graph::OpKind::kTransposeConv, "int32, int8, int16, int32|int64? -> int16", prepare_transpose_conv},
};

}  // namespace atl::kernels::integer
