// Operators on numbers as they are: integers without scales, bool. One row a combination of element types.
#pragma once

#include <array>

#include "common/kernels/plain/kernels.h"

namespace atl::kernels::plain {

inline constexpr std::array kVariants = {
    Variant{graph::OpKind::kAdd, "int32, int32 -> int32", prepare_add},
    Variant{graph::OpKind::kAdd, "int64, int64 -> int64", prepare_add},
    Variant{graph::OpKind::kSub, "int32, int32 -> int32", prepare_sub},
    Variant{graph::OpKind::kSub, "int64, int64 -> int64", prepare_sub},
    Variant{graph::OpKind::kMul, "int32, int32 -> int32", prepare_mul},
    Variant{graph::OpKind::kMul, "int64, int64 -> int64", prepare_mul},
    Variant{graph::OpKind::kMul, "uint32, uint32 -> uint32", prepare_mul},
    Variant{graph::OpKind::kDiv, "int32, int32 -> int32", prepare_div},
    Variant{graph::OpKind::kSquaredDifference, "int32, int32 -> int32", prepare_squared_difference},
    Variant{graph::OpKind::kMaximum, "int8, int8 -> int8", prepare_maximum},
    Variant{graph::OpKind::kMaximum, "uint8, uint8 -> uint8", prepare_maximum},
    Variant{graph::OpKind::kMaximum, "int16, int16 -> int16", prepare_maximum},
    Variant{graph::OpKind::kMaximum, "int32, int32 -> int32", prepare_maximum},
    Variant{graph::OpKind::kMaximum, "int64, int64 -> int64", prepare_maximum},
    Variant{graph::OpKind::kMinimum, "int8, int8 -> int8", prepare_minimum},
    Variant{graph::OpKind::kMinimum, "uint8, uint8 -> uint8", prepare_minimum},
    Variant{graph::OpKind::kMinimum, "int16, int16 -> int16", prepare_minimum},
    Variant{graph::OpKind::kMinimum, "int32, int32 -> int32", prepare_minimum},
    Variant{graph::OpKind::kMinimum, "int64, int64 -> int64", prepare_minimum},
    Variant{graph::OpKind::kFloorDiv, "int8, int8 -> int8", prepare_floor_div},
    Variant{graph::OpKind::kFloorDiv, "int16, int16 -> int16", prepare_floor_div},
    Variant{graph::OpKind::kFloorDiv, "int32, int32 -> int32", prepare_floor_div},
    Variant{graph::OpKind::kFloorMod, "int8, int8 -> int8", prepare_floor_mod},
    Variant{graph::OpKind::kFloorMod, "int16, int16 -> int16", prepare_floor_mod},
    Variant{graph::OpKind::kFloorMod, "int32, int32 -> int32", prepare_floor_mod},
    Variant{graph::OpKind::kFloorMod, "int64, int64 -> int64", prepare_floor_mod},
    Variant{graph::OpKind::kPow, "int32, int32 -> int32", prepare_pow},
    Variant{graph::OpKind::kEqual, "int32, int32 -> bool", prepare_equal},
    Variant{graph::OpKind::kEqual, "int64, int64 -> bool", prepare_equal},
    Variant{graph::OpKind::kEqual, "bool, bool -> bool", prepare_equal},
    Variant{graph::OpKind::kNotEqual, "int32, int32 -> bool", prepare_not_equal},
    Variant{graph::OpKind::kNotEqual, "int64, int64 -> bool", prepare_not_equal},
    Variant{graph::OpKind::kNotEqual, "bool, bool -> bool", prepare_not_equal},
    Variant{graph::OpKind::kLess, "int32, int32 -> bool", prepare_less},
    Variant{graph::OpKind::kLess, "int64, int64 -> bool", prepare_less},
    Variant{graph::OpKind::kLessEqual, "int32, int32 -> bool", prepare_less_equal},
    Variant{graph::OpKind::kLessEqual, "int64, int64 -> bool", prepare_less_equal},
    Variant{graph::OpKind::kGreater, "int32, int32 -> bool", prepare_greater},
    Variant{graph::OpKind::kGreater, "int64, int64 -> bool", prepare_greater},
    Variant{graph::OpKind::kGreaterEqual, "int32, int32 -> bool", prepare_greater_equal},
    Variant{graph::OpKind::kGreaterEqual, "int64, int64 -> bool", prepare_greater_equal},
    Variant{graph::OpKind::kLogicalAnd, "bool, bool -> bool", prepare_logical_and},
    Variant{graph::OpKind::kLogicalOr, "bool, bool -> bool", prepare_logical_or},
    Variant{graph::OpKind::kLogicalNot, "bool -> bool", prepare_logical_not},
    Variant{graph::OpKind::kAbs, "int32 -> int32", prepare_abs},
    Variant{graph::OpKind::kNeg, "int8 -> int8", prepare_neg},
    Variant{graph::OpKind::kNeg, "int16 -> int16", prepare_neg},
    Variant{graph::OpKind::kNeg, "int32 -> int32", prepare_neg},
    Variant{graph::OpKind::kNeg, "int64 -> int64", prepare_neg},
    Variant{graph::OpKind::kSign, "int32 -> int32", prepare_sign},
    Variant{graph::OpKind::kSign, "float64 -> float64", prepare_sign},
    Variant{graph::OpKind::kCast, "any -> any", prepare_cast},
    Variant{graph::OpKind::kSelect, "bool, T, T -> T", prepare_select},
    Variant{graph::OpKind::kSelectV2, "bool, T, T -> T", prepare_select_v2},
};

}  // namespace atl::kernels::plain
