// Tensors as named arrays: their names and element types in .npz files, and the arrays made of many invocations.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/arrays/array.h"
#include "common/graph/model.h"
#include "common/kernels/interface/kernel.h"

namespace atl::kernels {

// The array type of an element type; nothing for those NumPy doesn't have (int4, string, bfloat16, ...).
std::optional<arrays::ElementType> element_type(graph::DType type);

// The tensor's name; where that is empty "#<index>", where other tensors of the subgraph have it too "<name>#<index>".
std::string array_name(const graph::Subgraph& subgraph, size_t tensor);

// Puts the values that tensors take, invocation after invocation, into one array each.
class ArrayCollector {
 public:
  // A tensor that is given twice (an output that is repeated) has one array.
  // leading_axis: whether the arrays get an axis of invocations in front; without it there is one invocation.
  // kUnsupported when a tensor has an element type without an array type.
  static Result<ArrayCollector> create(const graph::Subgraph& subgraph, const std::vector<size_t>& tensors,
                                       bool leading_axis);

  // The next invocation's values of the k-th tensor given to create, in the shape that the tensor has got there, which
  // need not be the one that the subgraph states. kUnsupported when another invocation gave it another one.
  Status append(size_t k, const ConstView& view);

  // The arrays, in the order of create. Every tensor must have got the same number of invocations.
  arrays::NamedArrays take() &&;

 private:
  bool leading_axis_ = false;
  arrays::NamedArrays arrays_;
  std::vector<graph::Tensor> tensors_;           // of the arrays, without data
  std::vector<std::optional<size_t>> array_of_;  // by k; nothing for a repeated tensor
};

}  // namespace atl::kernels
