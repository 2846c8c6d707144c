// Concatenation as copies of runs: for each combination of the axes before the joined one, one run of every input in
// turn.
#pragma once

#include <vector>

#include "common/kernels/interface/op_context.h"

namespace atl::kernels {

struct ConcatLayout {
  int64_t outer = 1;          // combinations of the axes before
  std::vector<int64_t> runs;  // elements of each input per combination
};

// kUnsupported for a fused activation, which the reference refuses too.
inline Result<ConcatLayout> make_concat_layout(const OpContext& context) {
  const auto& attrs = context.attrs<graph::ConcatenationAttrs>();
  if (attrs.activation != graph::Activation::kNone) {
    return context.error(ErrorCode::kUnsupported,
                         "a fused activation ({}) is not supported here; use an operator of its own",
                         graph::activation_name(attrs.activation));
  }
  const graph::Shape& out = context.output(0).shape;
  const auto rank = static_cast<int32_t>(out.size());
  const int32_t axis = attrs.axis < 0 ? attrs.axis + rank : attrs.axis;
  ATOLL_CHECK(axis >= 0 && axis < rank, "{}: axis {} of a tensor of rank {}", context.label(), attrs.axis, rank);
  ConcatLayout layout;
  for (int32_t i = 0; i < axis; ++i) layout.outer *= out[static_cast<size_t>(i)];
  for (size_t i = 0; i < context.num_inputs(); ++i) {
    const int64_t elements = graph::num_elements(context.input(i).shape);
    layout.runs.push_back(layout.outer == 0 ? 0 : elements / layout.outer);
  }
  return layout;
}

}  // namespace atl::kernels
