// Two operands of different shape, elementwise: axes are aligned at the end, and an extent of 1 is repeated.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "common/graph/model.h"

namespace atl::kernels {

// The output is walked in runs along its last axis; within a run each operand advances by 0 or 1.
struct Broadcast {
  int64_t run = 1;                 // elements of the last axis
  int64_t step_a = 1, step_b = 1;  // of each operand along it
  std::vector<int64_t> extents;    // of the axes before it
  std::vector<int64_t> stride_a, stride_b;

  // body(output offset, offset of a, offset of b) for every run, outputs in order.
  template <typename Body>
  void for_each_run(const Body& body) const {
    int64_t runs = 1;
    for (const int64_t extent : extents) runs *= extent;
    if (run == 0) return;
    std::vector<int64_t> index(extents.size(), 0);
    int64_t a = 0, b = 0;
    for (int64_t i = 0; i < runs; ++i) {
      body(i * run, a, b);
      for (size_t axis = extents.size(); axis-- > 0;) {
        a += stride_a[axis], b += stride_b[axis];
        if (++index[axis] < extents[axis]) break;
        a -= stride_a[axis] * extents[axis], b -= stride_b[axis] * extents[axis];
        index[axis] = 0;
      }
    }
  }
};

// The shapes must broadcast to `out`.
inline Broadcast make_broadcast(const graph::Shape& a, const graph::Shape& b, const graph::Shape& out) {
  if (a == b) return {graph::num_elements(out), 1, 1, {}, {}, {}};
  const size_t rank = out.size();
  const auto strides = [rank](const graph::Shape& shape) {
    std::vector<int64_t> result(rank, 0);
    int64_t stride = 1;
    for (size_t i = 0; i < shape.size(); ++i) {
      const int32_t extent = shape[shape.size() - 1 - i];
      result[rank - 1 - i] = extent == 1 ? 0 : stride;
      stride *= extent;
    }
    return result;
  };
  Broadcast result;
  result.stride_a = strides(a), result.stride_b = strides(b);
  result.extents.assign(out.begin(), out.end());
  result.run = result.extents.back(), result.extents.pop_back();  // rank >= 1: the shapes differ
  result.step_a = result.stride_a.back(), result.stride_a.pop_back();
  result.step_b = result.stride_b.back(), result.stride_b.pop_back();
  return result;
}

}  // namespace atl::kernels
