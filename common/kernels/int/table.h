// The kernels of this folder. One row a combination of element types.
#pragma once

#include <array>

#include "common/kernels/int/kernels.h"

namespace atl::kernels::integer {

inline constexpr std::array kVariants = {
    Variant{graph::OpKind::kAdd, "int8, int8 -> int8", prepare_add},
    Variant{graph::OpKind::kAdd, "uint8, uint8 -> uint8", prepare_add},
    Variant{graph::OpKind::kAveragePool2D, "int8 -> int8", prepare_average_pool_2d},
    Variant{graph::OpKind::kAveragePool2D, "uint8 -> uint8", prepare_average_pool_2d},
    Variant{graph::OpKind::kAveragePool2D, "int16 -> int16", prepare_average_pool_2d},
    Variant{graph::OpKind::kConcatenation, "uint8... -> uint8", prepare_concatenation},
    Variant{graph::OpKind::kDequantize, "int8 -> float32", prepare_dequantize},
    Variant{graph::OpKind::kDequantize, "uint8 -> float32", prepare_dequantize},
    Variant{graph::OpKind::kDequantize, "int16 -> float32", prepare_dequantize},
    Variant{graph::OpKind::kDequantize, "float16 -> float32", prepare_dequantize_half},
    Variant{graph::OpKind::kMaxPool2D, "int8 -> int8", prepare_max_pool_2d},
    Variant{graph::OpKind::kMaxPool2D, "uint8 -> uint8", prepare_max_pool_2d},
    Variant{graph::OpKind::kMaxPool2D, "int16 -> int16", prepare_max_pool_2d},
    Variant{graph::OpKind::kMean, "int8, int32 -> int8", prepare_mean},
    Variant{graph::OpKind::kMean, "uint8, int32 -> uint8", prepare_mean},
    Variant{graph::OpKind::kMean, "int16, int32 -> int16", prepare_mean},
    Variant{graph::OpKind::kQuantize, "float32 -> int8", prepare_quantize},
    Variant{graph::OpKind::kQuantize, "float32 -> uint8", prepare_quantize},
    Variant{graph::OpKind::kQuantize, "float32 -> int16", prepare_quantize},
    Variant{graph::OpKind::kQuantize, "int8 -> int8", prepare_requantize},
    Variant{graph::OpKind::kQuantize, "int8 -> uint8", prepare_requantize},
    Variant{graph::OpKind::kQuantize, "int8 -> int16", prepare_requantize},
    Variant{graph::OpKind::kQuantize, "uint8 -> int8", prepare_requantize},
    Variant{graph::OpKind::kQuantize, "uint8 -> uint8", prepare_requantize},
    Variant{graph::OpKind::kQuantize, "uint8 -> int16", prepare_requantize},
    Variant{graph::OpKind::kQuantize, "int16 -> int8", prepare_requantize},
    Variant{graph::OpKind::kQuantize, "int16 -> int16", prepare_requantize},
    Variant{graph::OpKind::kQuantize, "int16 -> int32", prepare_requantize},
    Variant{graph::OpKind::kQuantize, "int32 -> int8", prepare_requantize},
    Variant{graph::OpKind::kQuantize, "int32 -> int16", prepare_requantize},
    Variant{graph::OpKind::kRelu, "int8 -> int8", prepare_relu},
    Variant{graph::OpKind::kRelu, "uint8 -> uint8", prepare_relu},
    Variant{graph::OpKind::kRelu, "int16 -> int16", prepare_relu},
    Variant{graph::OpKind::kRelu6, "int8 -> int8", prepare_relu6},
    Variant{graph::OpKind::kRelu6, "uint8 -> uint8", prepare_relu6},
    Variant{graph::OpKind::kRelu6, "int16 -> int16", prepare_relu6},
    Variant{graph::OpKind::kSoftmax, "int8 -> int8", prepare_softmax},
    Variant{graph::OpKind::kSoftmax, "uint8 -> uint8", prepare_softmax},
    Variant{graph::OpKind::kSoftmax, "int8 -> int16", prepare_softmax},
    Variant{graph::OpKind::kSoftmax, "uint8 -> int16", prepare_softmax},
};

}  // namespace atl::kernels::integer
