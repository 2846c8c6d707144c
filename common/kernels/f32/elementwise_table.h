// Elementwise operators on float32. One row a combination of element types.
#pragma once

#include <array>

#include "common/kernels/f32/elementwise.h"

namespace atl::kernels::f32 {

inline constexpr std::array kElementwiseVariants = {
    Variant{graph::OpKind::kAdd, "float32, float32 -> float32", prepare_add},
    Variant{graph::OpKind::kSub, "float32, float32 -> float32", prepare_sub},
    Variant{graph::OpKind::kMul, "float32, float32 -> float32", prepare_mul},
    Variant{graph::OpKind::kDiv, "float32, float32 -> float32", prepare_div},
    Variant{graph::OpKind::kSquaredDifference, "float32, float32 -> float32", prepare_squared_difference},
    Variant{graph::OpKind::kMaximum, "float32, float32 -> float32", prepare_maximum},
    Variant{graph::OpKind::kMinimum, "float32, float32 -> float32", prepare_minimum},
    Variant{graph::OpKind::kFloorDiv, "float32, float32 -> float32", prepare_floor_div},
    Variant{graph::OpKind::kFloorMod, "float32, float32 -> float32", prepare_floor_mod},
    Variant{graph::OpKind::kPow, "float32, float32 -> float32", prepare_pow},
    Variant{graph::OpKind::kPrelu, "float32, float32 -> float32", prepare_prelu},
    Variant{graph::OpKind::kEqual, "float32, float32 -> bool", prepare_equal},
    Variant{graph::OpKind::kNotEqual, "float32, float32 -> bool", prepare_not_equal},
    Variant{graph::OpKind::kLess, "float32, float32 -> bool", prepare_less},
    Variant{graph::OpKind::kLessEqual, "float32, float32 -> bool", prepare_less_equal},
    Variant{graph::OpKind::kGreater, "float32, float32 -> bool", prepare_greater},
    Variant{graph::OpKind::kGreaterEqual, "float32, float32 -> bool", prepare_greater_equal},
    Variant{graph::OpKind::kAbs, "float32 -> float32", prepare_abs},
    Variant{graph::OpKind::kNeg, "float32 -> float32", prepare_neg},
    Variant{graph::OpKind::kFakeQuant, "float32 -> float32", prepare_fake_quant},
    Variant{graph::OpKind::kSign, "float32 -> float32", prepare_sign},
    Variant{graph::OpKind::kFloor, "float32 -> float32", prepare_floor},
    Variant{graph::OpKind::kCeil, "float32 -> float32", prepare_ceil},
    Variant{graph::OpKind::kRound, "float32 -> float32", prepare_round},
    Variant{graph::OpKind::kSquare, "float32 -> float32", prepare_square},
    Variant{graph::OpKind::kSqrt, "float32 -> float32", prepare_sqrt},
    Variant{graph::OpKind::kRsqrt, "float32 -> float32", prepare_rsqrt},
    Variant{graph::OpKind::kExp, "float32 -> float32", prepare_exp},
    Variant{graph::OpKind::kLog, "float32 -> float32", prepare_log},
    Variant{graph::OpKind::kSin, "float32 -> float32", prepare_sin},
    Variant{graph::OpKind::kCos, "float32 -> float32", prepare_cos},
    Variant{graph::OpKind::kRelu, "float32 -> float32", prepare_relu},
    Variant{graph::OpKind::kRelu6, "float32 -> float32", prepare_relu6},
    Variant{graph::OpKind::kReluN1To1, "float32 -> float32", prepare_relu_n1_to_1},
    Variant{graph::OpKind::kRelu0To1, "float32 -> float32", prepare_relu_0_to_1},
    Variant{graph::OpKind::kLeakyRelu, "float32 -> float32", prepare_leaky_relu},
    Variant{graph::OpKind::kElu, "float32 -> float32", prepare_elu},
    Variant{graph::OpKind::kGelu, "float32 -> float32", prepare_gelu},
    Variant{graph::OpKind::kHardSwish, "float32 -> float32", prepare_hard_swish},
    Variant{graph::OpKind::kLogistic, "float32 -> float32", prepare_logistic},
    Variant{graph::OpKind::kTanh, "float32 -> float32", prepare_tanh},
    Variant{graph::OpKind::kSoftmax, "float32 -> float32", prepare_softmax},
    Variant{graph::OpKind::kLogSoftmax, "float32 -> float32", prepare_log_softmax},
    Variant{graph::OpKind::kL2Normalization, "float32 -> float32", prepare_l2_normalization},
};

}  // namespace atl::kernels::f32
