// The kernels of this folder. One row a combination of element types; rows are tried in order, after those of int/ and
// f32/.
#pragma once

#include <array>

#include "common/kernels/move/kernels.h"

namespace atl::kernels::move {

inline constexpr std::array kVariants = {
    Variant{graph::OpKind::kReshape, "T, int32? -> T", prepare_copy},
    Variant{graph::OpKind::kSqueeze, "T -> T", prepare_copy},
    Variant{graph::OpKind::kPad, "T, int32 -> T", prepare_pad},
    Variant{graph::OpKind::kPad, "T, int64 -> T", prepare_pad},
    Variant{graph::OpKind::kConcatenation, "T... -> T", prepare_concatenation},
};

}  // namespace atl::kernels::move
