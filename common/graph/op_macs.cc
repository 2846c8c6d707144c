#include "common/graph/op_macs.h"

namespace atl::graph {
namespace {

uint64_t elements(const Tensor& tensor) { return static_cast<uint64_t>(num_elements(tensor.shape)); }

// Filters are O H W I: all but the first axis are summed over.
uint64_t conv_macs(const OpView& op) {
  const Shape& filter = op.input(1)->shape;
  return elements(op.output(0)) * static_cast<uint64_t>(filter[1]) * static_cast<uint64_t>(filter[2]) *
         static_cast<uint64_t>(filter[3]);
}

uint64_t depthwise_macs(const OpView& op) {
  const Shape& filter = op.input(1)->shape;
  return elements(op.output(0)) * static_cast<uint64_t>(filter[1]) * static_cast<uint64_t>(filter[2]);
}

uint64_t fully_connected_macs(const OpView& op) {
  return elements(op.output(0)) * static_cast<uint64_t>(op.input(1)->shape.back());
}

}  // namespace

uint64_t op_macs(const OpView& op) {
  switch (op.op.kind) {
    case OpKind::kConv2D: return conv_macs(op);
    case OpKind::kDepthwiseConv2D: return depthwise_macs(op);
    case OpKind::kFullyConnected: return fully_connected_macs(op);
    default: return 0;
  }
}

}  // namespace atl::graph
