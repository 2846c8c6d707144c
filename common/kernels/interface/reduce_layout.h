// Reductions over axes: which output element each input element belongs to.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "common/graph/model.h"

namespace atl::kernels {

struct ReduceLayout {
  struct Axis {
    int64_t extent;
    int64_t step;  // in the output; 0: reduced
  };

  std::vector<Axis> axes;  // of the input, outermost first; neighbours of one kind are joined
  int64_t count = 1;       // input elements per output element
  int64_t inputs = 1, outputs = 1;
  bool whole = true;  // every axis of the input is reduced

  // body(input offset, output offset, elements, output step) for runs of input elements, in order; the step is 0 or 1.
  template <typename Body>
  void for_each_run(const Body& body) const {
    if (inputs == 0) return;
    const Axis inner = axes.empty() ? Axis{1, 0} : axes.back();
    const size_t walked = axes.empty() ? 0 : axes.size() - 1;
    std::vector<int64_t> index(walked, 0);
    int64_t out = 0;
    for (int64_t from = 0; from < inputs; from += inner.extent) {
      body(from, out, inner.extent, inner.step);
      for (size_t axis = walked; axis-- > 0;) {
        out += axes[axis].step;
        if (++index[axis] < axes[axis].extent) break;
        out -= axes[axis].step * axes[axis].extent;
        index[axis] = 0;
      }
    }
  }
};

// Axes may be negative (from the end) and repeated; a scalar's are not looked at. Nothing when one is out of range, or
// when the output has another number of elements than the axes leave.
inline std::optional<ReduceLayout> make_reduce_layout(const graph::Shape& in, const std::vector<int64_t>& axes,
                                                      int64_t out_elements) {
  const auto rank = static_cast<int64_t>(in.size());
  std::vector<bool> reduced(in.size(), false);
  for (const int64_t axis : axes) {
    if (rank == 0) break;
    if (axis < -rank || axis >= rank) return std::nullopt;
    reduced[static_cast<size_t>(axis < 0 ? axis + rank : axis)] = true;
  }
  ReduceLayout layout;
  std::vector<ReduceLayout::Axis> joined;  // innermost first
  for (size_t axis = in.size(); axis-- > 0;) {
    const int64_t step = reduced[axis] ? 0 : layout.outputs;
    layout.inputs *= in[axis];
    (reduced[axis] ? layout.count : layout.outputs) *= in[axis];
    layout.whole = layout.whole && reduced[axis];
    if (in[axis] == 1) continue;
    if (!joined.empty() && (joined.back().step == 0) == reduced[axis]) {
      joined.back().extent *= in[axis];
    } else {
      joined.push_back({in[axis], step});
    }
  }
  if (layout.outputs != out_elements) return std::nullopt;
  layout.axes.assign(joined.rbegin(), joined.rend());
  return layout;
}

}  // namespace atl::kernels
