// Operators whose work depends on the values of small operands (axes, sizes, begins): constants as a rule, but a model
// may compute them.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "common/graph/op_view.h"
#include "common/kernels/interface/op_context.h"

namespace atl::kernels {

// An operator apart from its model: attributes, types, shapes, and the values of the operands that steer it.
class SteeredOp {
 public:
  // `positions`: of the inputs that steer. They need not all be there.
  SteeredOp(const OpContext& context, const std::vector<size_t>& positions);

  const std::string& label() const { return label_; }
  graph::OpView view() const { return {subgraph_, op_}; }
  const graph::Shape& input_shape(size_t i) const { return view().input(i)->shape; }
  const graph::Shape& output_shape(size_t i) const { return view().output(i).shape; }

  // Whether every steering operand is constant. Otherwise settle() comes before values().
  bool settled() const { return open_.empty(); }
  // The values of a steering operand of integers.
  std::vector<int64_t> values(size_t position) const;
  // Takes the values of the steering operands that are not constant. kInvalid unless they lead to the output shapes
  // that the model states.
  Status settle(std::span<const ConstView> inputs);

 private:
  std::string label_;
  graph::Subgraph subgraph_;  // the operator's own tensors, nothing else
  graph::Op op_;
  std::vector<size_t> open_;  // positions of computed steering operands
};

}  // namespace atl::kernels
