// Tensors walked index by index, for oracles that are written as definitions.
#pragma once

#include <vector>

#include "common/graph/model.h"

namespace atl::kernels::test {

using Place = std::vector<int32_t>;  // an index along every axis

inline size_t flat(const graph::Shape& shape, const Place& place) {
  size_t at = 0;
  for (size_t i = 0; i < shape.size(); ++i) at = at * static_cast<size_t>(shape[i]) + static_cast<size_t>(place[i]);
  return at;
}

// body(place) for every element, in order.
template <typename Body>
void for_each_place(const graph::Shape& shape, const Body& body) {
  Place place(shape.size(), 0);
  for (int64_t left = graph::num_elements(shape); left > 0; --left) {
    body(place);
    for (size_t axis = shape.size(); axis-- > 0;) {
      if (++place[axis] < shape[axis]) break;
      place[axis] = 0;
    }
  }
}

}  // namespace atl::kernels::test
