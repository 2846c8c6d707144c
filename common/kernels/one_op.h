// Running one operator whose inputs are all at hand.
#pragma once

#include <memory>
#include <vector>

#include "common/base/file.h"
#include "common/base/result.h"
#include "common/graph/model.h"
#include "common/kernels/interface/kernel.h"

namespace atl::kernels {

// The bytes of every output of an operator whose inputs are constants. Shapes are known and verified.
Result<std::vector<Bytes>> run_one_op(const graph::Subgraph& subgraph, size_t op_index, const KernelOptions& options);

// An operator cut out of its subgraph, with tensors of its own, to be prepared for the shapes and values that its
// inputs have at a moment.
class OneOp {
 public:
  OneOp(const graph::Subgraph& subgraph, size_t op_index);

  // Prepares the operator for these inputs (absent where left out): shapes, and the values of integer inputs that steer
  // it, so that nothing about its outputs is open. Does nothing when they are those of the last call.
  // kInvalid: the inputs do not go together; kUnsupported: the output shapes still can't be told, or there is no
  // kernel.
  Status prepare(const std::vector<ConstView>& inputs, const KernelOptions& options);

  const graph::Shape& output_shape(size_t position) const;
  Kernel& kernel() { return *kernel_; }

 private:
  bool is_prepared_for(const std::vector<ConstView>& inputs) const;
  // Shapes, and the values that steer.
  Status settle(const std::vector<ConstView>& inputs);

  graph::Subgraph subgraph_;
  std::vector<bool> was_constant_;  // by input: a constant of the model
  std::unique_ptr<Kernel> kernel_;
};

}  // namespace atl::kernels
