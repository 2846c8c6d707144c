#include "compiler/lower/lowering.h"

namespace atl::compiler {

void lower(const graph::OpView& op, SegmentBuilder& builder) {
  using graph::OpKind;
  switch (op.op.kind) {
    case OpKind::kConv2D: return lower_conv_2d(op, builder);
    case OpKind::kDepthwiseConv2D: return lower_depthwise_conv_2d(op, builder);
    case OpKind::kFullyConnected: return lower_fully_connected(op, builder);
    case OpKind::kAdd:
    case OpKind::kSub:
    case OpKind::kMul:
    case OpKind::kMaximum:
    case OpKind::kMinimum:
    case OpKind::kSquaredDifference:
    case OpKind::kPrelu:
    case OpKind::kEqual:
    case OpKind::kNotEqual:
    case OpKind::kLess:
    case OpKind::kLessEqual:
    case OpKind::kGreater:
    case OpKind::kGreaterEqual: return lower_binary(op, builder);
    case OpKind::kAveragePool2D:
    case OpKind::kMaxPool2D: return lower_pool_2d(op, builder);
    case OpKind::kMean:
    case OpKind::kSum:
    case OpKind::kReduceMax:
    case OpKind::kReduceMin: return lower_reduce(op, builder);
    case OpKind::kSoftmax: return lower_softmax(op, builder);
    case OpKind::kRelu:
    case OpKind::kRelu6:
    case OpKind::kReluN1To1:
    case OpKind::kRelu0To1:
    case OpKind::kLeakyRelu:
    case OpKind::kElu:
    case OpKind::kGelu:
    case OpKind::kHardSwish:
    case OpKind::kLogistic:
    case OpKind::kTanh:
    case OpKind::kAbs:
    case OpKind::kExp:
    case OpKind::kLog:
    case OpKind::kSqrt:
    case OpKind::kRsqrt:
    case OpKind::kNeg:
    case OpKind::kQuantize: return lower_byte_function(op, builder);
    case OpKind::kConcatenation: return lower_concatenation(op, builder);
    case OpKind::kPack: return lower_pack(op, builder);
    case OpKind::kPad:
    case OpKind::kPadV2: return lower_pad(op, builder);
    case OpKind::kSlice:
    case OpKind::kStridedSlice:
    case OpKind::kSplit:
    case OpKind::kSplitV:
    case OpKind::kUnpack:
    case OpKind::kMirrorPad:
    case OpKind::kTile:
    case OpKind::kBroadcastTo:
    case OpKind::kGather:
    case OpKind::kReverse:
    case OpKind::kResizeNearestNeighbor: return lower_selection(op, builder);
    case OpKind::kTranspose: return lower_transpose(op, builder);
    case OpKind::kSpaceToDepth:
    case OpKind::kDepthToSpace: return lower_depth_blocks(op, builder);
    case OpKind::kSpaceToBatchNd: return lower_space_to_batch(op, builder);
    case OpKind::kBatchToSpaceNd: return lower_batch_to_space(op, builder);
    case OpKind::kTransposeConv: return lower_transpose_conv(op, builder);
    case OpKind::kBatchMatMul: return lower_batch_matmul(op, builder);
    case OpKind::kResizeBilinear: return lower_resize_bilinear(op, builder);
    case OpKind::kArgMax:
    case OpKind::kArgMin: return lower_arg_extreme(op, builder);
    case OpKind::kL2Normalization: return lower_l2_normalization(op, builder);
    case OpKind::kLogSoftmax: return lower_log_softmax(op, builder);
    case OpKind::kSelect:
    case OpKind::kSelectV2: return lower_select(op, builder);
    case OpKind::kDynamicUpdateSlice: return lower_dynamic_update_slice(op, builder);
    case OpKind::kReshape:
    case OpKind::kExpandDims:
    case OpKind::kSqueeze: return lower_reshape(op, builder);
    default: break;  // runs on the host: op_rules.h
  }
  ATOLL_CHECK(false, "no lowering for {}", graph::op_info(op.op.kind).name);
}

}  // namespace atl::compiler
