#include "compiler/lower/segment.h"

namespace atl::compiler {

uint64_t op_macs(const graph::OpView& op) {
  const auto elements = [](const graph::Tensor& tensor) { return static_cast<uint64_t>(graph::num_elements(tensor.shape)); };
  switch (op.op.kind) {
    case graph::OpKind::kConv2D:
    case graph::OpKind::kFullyConnected:
      // Each output element sums over everything of its filter.
      return elements(op.output(0)) * (elements(*op.input(1)) / static_cast<uint64_t>(op.input(1)->shape[0]));
    case graph::OpKind::kDepthwiseConv2D: {
      const graph::Shape& filter = op.input(1)->shape;
      return elements(op.output(0)) * static_cast<uint64_t>(filter[1]) * static_cast<uint64_t>(filter[2]);
    }
    default: return 0;
  }
}

}  // namespace atl::compiler
