// From ops of the model to tasks: one function a kind of op. The op must have passed the rules of op_rules.h.
#pragma once

#include "compiler/lower/segment.h"

namespace atl::compiler {

void lower(const graph::OpView& op, SegmentBuilder& builder);

// The functions behind it, by family.
void lower_conv_2d(const graph::OpView& op, SegmentBuilder& builder);
void lower_depthwise_conv_2d(const graph::OpView& op, SegmentBuilder& builder);
void lower_fully_connected(const graph::OpView& op, SegmentBuilder& builder);
void lower_binary(const graph::OpView& op, SegmentBuilder& builder);
void lower_pool_2d(const graph::OpView& op, SegmentBuilder& builder);
void lower_softmax(const graph::OpView& op, SegmentBuilder& builder);
void lower_reduce(const graph::OpView& op, SegmentBuilder& builder);
void lower_byte_function(const graph::OpView& op, SegmentBuilder& builder);
void lower_concatenation(const graph::OpView& op, SegmentBuilder& builder);
void lower_pack(const graph::OpView& op, SegmentBuilder& builder);
void lower_selection(const graph::OpView& op, SegmentBuilder& builder);
void lower_transpose(const graph::OpView& op, SegmentBuilder& builder);
void lower_depth_blocks(const graph::OpView& op, SegmentBuilder& builder);
void lower_space_to_batch(const graph::OpView& op, SegmentBuilder& builder);
void lower_batch_to_space(const graph::OpView& op, SegmentBuilder& builder);
void lower_pad(const graph::OpView& op, SegmentBuilder& builder);
void lower_transpose_conv(const graph::OpView& op, SegmentBuilder& builder);
void lower_batch_matmul(const graph::OpView& op, SegmentBuilder& builder);
void lower_resize_bilinear(const graph::OpView& op, SegmentBuilder& builder);
void lower_arg_extreme(const graph::OpView& op, SegmentBuilder& builder);
void lower_l2_normalization(const graph::OpView& op, SegmentBuilder& builder);
void lower_log_softmax(const graph::OpView& op, SegmentBuilder& builder);
void lower_select(const graph::OpView& op, SegmentBuilder& builder);
void lower_dynamic_update_slice(const graph::OpView& op, SegmentBuilder& builder);
void lower_reshape(const graph::OpView& op, SegmentBuilder& builder);

}  // namespace atl::compiler
