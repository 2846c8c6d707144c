// The memory of a subgraph's tensors while it runs: one planned block for those of known shape, memory of its own for
// each whose shape is known only when it is computed.
#pragma once

#include <memory>
#include <vector>

#include "common/base/result.h"
#include "common/kernels/interface/kernel.h"
#include "common/kernels/resolve.h"

namespace atl::kernels {

class TensorStore {
 public:
  // The resolved subgraph outlives the store. kDoesNotFit beyond the limit.
  static Result<TensorStore> create(const ResolvedSubgraph& resolved, bool preserve_all, int64_t memory_limit_bytes);

  // Whether the tensor has bytes: a constant, or one that is used.
  bool has(size_t tensor) const;
  bool is_dynamic(size_t tensor) const { return resolved_->dynamic_tensor[tensor]; }

  // Views of tensors of known shape stay valid as long as the store; those of dynamic ones until reshape().
  ConstView view(size_t tensor) const;
  MutView mutable_view(size_t tensor);

  // Gives a dynamic tensor this shape and memory for it. kDoesNotFit beyond the limit.
  Result<MutView> reshape(size_t tensor, const graph::Shape& shape);

  // Variable tensors as before the first invocation: all bytes 0, or the zero point in int8.
  void clear_variables();

  int64_t memory_bytes() const { return static_cast<int64_t>(memory_.size()); }

 private:
  struct Dynamic {
    graph::Shape shape;
    std::vector<uint8_t> bytes;
  };

  TensorStore(const ResolvedSubgraph& resolved, int64_t limit) : resolved_(&resolved), limit_(limit) {}

  Status plan(bool preserve_all);
  const graph::Tensor& tensor(size_t index) const { return resolved_->subgraph.tensors[index]; }

  const ResolvedSubgraph* resolved_;
  int64_t limit_;
  std::vector<uint8_t> memory_;
  std::vector<int64_t> offsets_;                   // by tensor; -1: none in memory_
  std::vector<std::unique_ptr<Dynamic>> dynamic_;  // by tensor; null for those of known shape
};

// Bytes of a tensor of this shape as it is kept here: a resource is the number of its variable, an int32.
int64_t stored_bytes(const graph::Shape& shape, graph::DType type);

}  // namespace atl::kernels
