#include "compiler/lower/axes.h"

namespace atl::compiler {

std::optional<std::vector<bool>> reduced_axes(const graph::OpView& op) {
  const auto axes = graph::constant_integers(*op.input(1));
  if (!axes) return std::nullopt;
  const auto rank = static_cast<int64_t>(op.input(0)->shape.size());
  std::vector<bool> reduced(static_cast<size_t>(rank), false);
  for (const int64_t axis : *axes) {
    if (axis < -rank || axis >= rank) return std::nullopt;
    reduced[static_cast<size_t>(axis < 0 ? axis + rank : axis)] = true;
  }
  return reduced;
}

std::vector<AxisGroup> group_axes(const graph::Shape& shape, const std::vector<bool>& reduced) {
  std::vector<AxisGroup> groups;
  for (size_t d = 0; d < shape.size(); ++d) {
    if (shape[d] == 1) continue;
    if (!groups.empty() && groups.back().reduced == reduced[d]) {
      groups.back().extent *= shape[d];
    } else {
      groups.push_back({shape[d], reduced[d]});
    }
  }
  if (groups.empty()) groups.push_back({1, false});
  return groups;
}

}  // namespace atl::compiler
