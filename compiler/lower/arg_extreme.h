// ARG_MAX and ARG_MIN: which axis they search.
#pragma once

#include <optional>

#include "common/graph/op_view.h"

namespace atl::compiler {

inline constexpr int64_t kMaxSearched = 4096;  // elements of the axis: a row of it has to fit the smallest SRAM

// Nothing if it is computed or outside the rank.
std::optional<size_t> arg_axis(const graph::OpView& op);

}  // namespace atl::compiler
