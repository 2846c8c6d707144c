// RESIZE_BILINEAR: what its pixels lie between.
#pragma once

#include <optional>
#include <vector>

#include "common/graph/op_view.h"
#include "compiler/lower/bilinear_task.h"

namespace atl::compiler {

// Of axis 1 or 2. Nothing if fixed point can't give what the reference computes, in float for uint8.
std::optional<std::vector<Blend>> resize_blends(const graph::OpView& op, size_t axis);

}  // namespace atl::compiler
