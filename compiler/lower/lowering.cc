#include "compiler/lower/lowering.h"

namespace atl::compiler {

void lower(const graph::OpView& op, SegmentBuilder& builder) {
  using graph::OpKind;
  switch (op.op.kind) {
    case OpKind::kConv2D: return lower_conv_2d(op, builder);
    case OpKind::kDepthwiseConv2D: return lower_depthwise_conv_2d(op, builder);
    case OpKind::kFullyConnected: return lower_fully_connected(op, builder);
    case OpKind::kAdd: return lower_add(op, builder);
    case OpKind::kAveragePool2D:
    case OpKind::kMaxPool2D: return lower_pool_2d(op, builder);
    case OpKind::kMean: return lower_mean(op, builder);
    case OpKind::kSoftmax: return lower_softmax(op, builder);
    case OpKind::kRelu:
    case OpKind::kRelu6: return lower_relu(op, builder);
    case OpKind::kQuantize: return lower_quantize(op, builder);
    case OpKind::kConcatenation: return lower_concatenation(op, builder);
    case OpKind::kPad: return lower_pad(op, builder);
    case OpKind::kReshape:
    case OpKind::kSqueeze: return lower_reshape(op, builder);
    default: break;  // runs on the host: op_rules.h
  }
  ATOLL_CHECK(false, "no lowering for {}", graph::op_info(op.op.kind).name);
}

}  // namespace atl::compiler
