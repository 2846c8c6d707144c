// Reductions over axes: which output element each input element belongs to.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "common/graph/model.h"

namespace atl::kernels {

struct ReduceLayout {
  std::vector<int64_t> extents;  // of the input
  std::vector<int64_t> strides;  // in the output; 0 along reduced axes
  int64_t count = 1;             // input elements per output element

  // body(input offset, output offset) for every input element, in order.
  template <typename Body>
  void for_each(const Body& body) const {
    int64_t elements = 1;
    for (const int64_t extent : extents) elements *= extent;
    std::vector<int64_t> index(extents.size(), 0);
    int64_t out = 0;
    for (int64_t i = 0; i < elements; ++i) {
      body(i, out);
      for (size_t axis = extents.size(); axis-- > 0;) {
        out += strides[axis];
        if (++index[axis] < extents[axis]) break;
        out -= strides[axis] * extents[axis];
        index[axis] = 0;
      }
    }
  }
};

// Axes may be negative (from the end) and repeated. Nothing when one is out of range, or when the output has another
// number of elements than the axes leave.
inline std::optional<ReduceLayout> make_reduce_layout(const graph::Shape& in, const std::vector<int64_t>& axes,
                                                      int64_t out_elements) {
  const auto rank = static_cast<int64_t>(in.size());
  std::vector<bool> reduced(in.size(), false);
  for (const int64_t axis : axes) {
    if (axis < -rank || axis >= rank) return std::nullopt;
    reduced[static_cast<size_t>(axis < 0 ? axis + rank : axis)] = true;
  }
  ReduceLayout layout;
  layout.extents.assign(in.begin(), in.end());
  layout.strides.assign(in.size(), 0);
  int64_t stride = 1;
  for (size_t axis = in.size(); axis-- > 0;) {
    if (reduced[axis]) {
      layout.count *= in[axis];
    } else {
      layout.strides[axis] = stride;
      stride *= in[axis];
    }
  }
  if (stride != out_elements) return std::nullopt;
  return layout;
}

}  // namespace atl::kernels
