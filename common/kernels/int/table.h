// The kernels of this folder. One row a combination of element types.
#pragma once

#include <array>

#include "common/kernels/int/kernels.h"

namespace atl::kernels::integer {

inline constexpr std::array kVariants = {
    Variant{graph::OpKind::kAveragePool2D, "int8 -> int8", prepare_average_pool_2d},
    Variant{graph::OpKind::kAveragePool2D, "uint8 -> uint8", prepare_average_pool_2d},
    Variant{graph::OpKind::kAveragePool2D, "int16 -> int16", prepare_average_pool_2d},
    Variant{graph::OpKind::kConcatenation, "uint8... -> uint8", prepare_concatenation},
    Variant{graph::OpKind::kDequantize, "int8 -> float32", prepare_dequantize},
    Variant{graph::OpKind::kDequantize, "uint8 -> float32", prepare_dequantize},
    Variant{graph::OpKind::kDequantize, "int16 -> float32", prepare_dequantize},
    Variant{graph::OpKind::kDequantize, "int4 -> float32", prepare_dequantize},
    Variant{graph::OpKind::kDequantize, "uint4 -> float32", prepare_dequantize},
    Variant{graph::OpKind::kDequantize, "int2 -> float32", prepare_dequantize},
    Variant{graph::OpKind::kDequantize, "float16 -> float32", prepare_dequantize_half},
    Variant{graph::OpKind::kMaxPool2D, "int8 -> int8", prepare_max_pool_2d},
    Variant{graph::OpKind::kMaxPool2D, "uint8 -> uint8", prepare_max_pool_2d},
    Variant{graph::OpKind::kMaxPool2D, "int16 -> int16", prepare_max_pool_2d},
    Variant{graph::OpKind::kQuantize, "float32 -> int8", prepare_quantize},
    Variant{graph::OpKind::kQuantize, "float32 -> uint8", prepare_quantize},
    Variant{graph::OpKind::kQuantize, "float32 -> int16", prepare_quantize},
    Variant{graph::OpKind::kQuantize, "float32 -> int4", prepare_quantize},
    Variant{graph::OpKind::kQuantize, "float32 -> uint4", prepare_quantize},
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
};

}  // namespace atl::kernels::integer
