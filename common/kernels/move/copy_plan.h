// Copying elements between two tensors, both walked in steps of their own along every axis: what transposing, slicing,
// reversing, repeating and joining have in common.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/graph/model.h"

namespace atl::kernels::move {

struct CopyAxis {
  int64_t extent;
  int64_t from, to;  // steps in elements; `from` may be 0 (repeats) or negative, `to` is positive
};

// Element from + sum of i_k axes[k].from goes to element to + sum of i_k axes[k].to, for all 0 <= i_k < axes[k].extent.
// No element is written twice, so the order doesn't matter.
struct CopyPlan {
  std::vector<CopyAxis> axes;
  int64_t from = 0, to = 0;

  void add(int64_t extent, int64_t from_step, int64_t to_step) { axes.push_back({extent, from_step, to_step}); }
};

// The same copy with as few axes as possible, in an order that is kind to the cache.
CopyPlan simplified(CopyPlan plan);

// Runs a simplified plan. An element has 1, 2, 4, 8 or 16 bytes.
void run_copy(const CopyPlan& plan, size_t element_bytes, const uint8_t* from, uint8_t* to);

// Elements from one index to the next along each axis.
std::vector<int64_t> strides_of(const graph::Shape& shape);

}  // namespace atl::kernels::move
