// From ops of the model to tasks: one function a kind of op. The op must have passed the rules of op_rules.h.
#pragma once

#include "compiler/lower/segment.h"

namespace atl::compiler {

void lower(const graph::OpView& op, SegmentBuilder& builder);

// The functions behind it, by family.
void lower_conv_2d(const graph::OpView& op, SegmentBuilder& builder);
void lower_depthwise_conv_2d(const graph::OpView& op, SegmentBuilder& builder);
void lower_fully_connected(const graph::OpView& op, SegmentBuilder& builder);
void lower_add(const graph::OpView& op, SegmentBuilder& builder);
void lower_pool_2d(const graph::OpView& op, SegmentBuilder& builder);
void lower_mean(const graph::OpView& op, SegmentBuilder& builder);
void lower_softmax(const graph::OpView& op, SegmentBuilder& builder);
void lower_relu(const graph::OpView& op, SegmentBuilder& builder);
void lower_quantize(const graph::OpView& op, SegmentBuilder& builder);
void lower_concatenation(const graph::OpView& op, SegmentBuilder& builder);
void lower_pad(const graph::OpView& op, SegmentBuilder& builder);
void lower_reshape(const graph::OpView& op, SegmentBuilder& builder);

}  // namespace atl::compiler
