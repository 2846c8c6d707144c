// What STRIDED_SLICE takes along every axis of its input, its masks and negative numbers worked out.
#pragma once

#include <vector>

#include "common/base/result.h"
#include "common/graph/model.h"

namespace atl::graph {

struct StridedRanges {
  // Along every axis of the input: the first element, the step (not 0, may be negative), and how many.
  std::vector<int64_t> begin, stride, count;
  Shape output;  // without the axes that are shrunk, with the new ones
};

// begins, ends and strides have one element for every axis they speak of; the axes behind them are taken whole. Rules
// as of TensorFlow's tf.strided_slice: negative numbers count from the end, ends are exclusive, numbers beyond the axis
// are clamped to it; an ellipsis stands for as many whole axes as are left, a new axis for one of extent 1, and an axis
// that is shrunk gives its one element at `begin`.
// kInvalid: lists of different or too great length, a stride of 0, several ellipses, a shrunk axis without the element.
Result<StridedRanges> strided_ranges(const Shape& input, const std::vector<int64_t>& begins,
                                     const std::vector<int64_t>& ends, const std::vector<int64_t>& strides,
                                     const StridedSliceAttrs& attrs);

}  // namespace atl::graph
