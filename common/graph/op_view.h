// An operator with its tensors at hand, for the rules. Indices must have been checked (structure.h).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/base/check.h"
#include "common/graph/model.h"

namespace atl::graph {

struct OpView {
  const Subgraph& subgraph;
  const Op& op;

  // Null when the input is left out.
  const Tensor* input(size_t position) const {
    if (position >= op.inputs.size() || op.inputs[position] < 0) return nullptr;
    return &subgraph.tensors[static_cast<size_t>(op.inputs[position])];
  }
  const Tensor& output(size_t position) const {
    ATOLL_CHECK(position < op.outputs.size() && op.outputs[position] >= 0);
    return subgraph.tensors[static_cast<size_t>(op.outputs[position])];
  }
  template <typename Attrs>
  const Attrs& attrs() const {
    const auto* attrs = std::get_if<Attrs>(&op.attrs);
    ATOLL_CHECK(attrs != nullptr, "attributes of another operator in {}", op_name(op));
    return *attrs;
  }
};

// The values of a constant int8, int16, int32 or int64 tensor (axes, paddings, shapes); nothing when the tensor is not
// a constant of such a type. Never reads beyond the bytes that are there.
std::optional<std::vector<int64_t>> constant_integers(const Tensor& tensor);

}  // namespace atl::graph
