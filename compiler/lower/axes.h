// Axes of a reduction, neighbours of one kind merged.
#pragma once

#include <optional>
#include <vector>

#include "common/graph/op_view.h"

namespace atl::compiler {

struct AxisGroup {
  int64_t extent = 1;
  bool reduced = false;
};

// Which axes of input 0 the constant input 1 names; nothing if it is no constant or names an axis out of range.
std::optional<std::vector<bool>> reduced_axes(const graph::OpView& op);

// The axes from the outermost in, runs of reduced and of kept ones merged, extents of 1 left out; at least one group.
std::vector<AxisGroup> group_axes(const graph::Shape& shape, const std::vector<bool>& reduced);

}  // namespace atl::compiler
