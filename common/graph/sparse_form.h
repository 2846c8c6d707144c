// Constants that a file stores sparsely: what there is besides zeros.
#pragma once

#include <span>

#include "common/base/result.h"
#include "common/graph/model.h"

namespace atl::graph {

// The opaque part of such a tensor (which is not `plain`).
class SparseForm : public Opaque {
 public:
  // Whether the tensor is sparse, and nothing else about it is beyond the IR.
  virtual bool is_readable() const = 0;
  // Every element of the tensor: as many bytes as its shape and type say. kInvalid where the parts don't go together.
  // The message does not name the tensor.
  virtual Status write_dense(const Tensor& tensor, std::span<uint8_t> dense) const = 0;
};

// The sparse form of a tensor; null when it has none that is readable.
inline const SparseForm* sparse_form(const Tensor& tensor) {
  const auto* form = dynamic_cast<const SparseForm*>(tensor.opaque.get());
  return form != nullptr && form->is_readable() ? form : nullptr;
}

}  // namespace atl::graph
