// Rules of every operator: that it has an accelerator form, its types, shapes and scales, its fused activation.
#include "common/graph/open_shapes.h"
#include "compiler/lower/op_rule_parts.h"
#include "compiler/tasks/dims.h"

namespace atl::compiler::rules {
namespace {

constexpr size_t kMaxTensorRank = kMaxRank;

bool is_eight_bit(const Tensor& tensor) { return tensor.type == DType::kInt8 || tensor.type == DType::kUint8; }

Seen not_on_accelerator(const OpView& op) {
  if (op.op.kind == OpKind::kUnknown) return "the operator has no row in the operator table";
  if (graph::op_info(op.op.kind).engine != graph::Engine::kHost) return {};
  return fmt::format("{} runs on the host", graph::op_info(op.op.kind).name);
}

Seen open_shape(const OpView& op) {
  if (!graph::has_open_shape(op.subgraph, op.op)) return {};
  return std::string("one is known only when the model runs");
}

Seen other_type(const OpView& op) {
  const bool quantize = op.op.kind == OpKind::kQuantize;
  return first_activation(op, [=](const Tensor& t) -> Seen {
    if (is_eight_bit(t) || is_words(t) || (quantize && t.type == DType::kInt32)) return {};
    return fmt::format("is {}", graph::dtype_name(t.type));
  });
}

Seen not_eight_bit(const OpView& op) {
  return first_activation(op, [](const Tensor& t) -> Seen {
    if (is_eight_bit(t)) return {};
    return fmt::format("is {}", graph::dtype_name(t.type));
  });
}

Seen mixed_types(const OpView& op) {
  return first_activation(op, [&](const Tensor& t) -> Seen {
    if (t.type == op.output(0).type) return {};
    return fmt::format("is {}, the output {}", graph::dtype_name(t.type), graph::dtype_name(op.output(0).type));
  });
}

Seen without_parameters(const OpView& op) {
  const bool plain_words = contains(kPlainWords, op.op.kind);
  return first_activation(op, [=](const Tensor& t) -> Seen {
    if (t.quant.present() && !t.quant.per_channel()) return {};
    if (!t.quant.present() && plain_words && is_words(t)) return {};
    return t.quant.present() ? fmt::format("has {} scales", t.quant.scale.size()) : std::string("has none");
  });
}

Seen bad_extent(const OpView& op) {
  return first_activation(op, [](const Tensor& t) -> Seen {
    if (t.shape.size() > kMaxTensorRank) return fmt::format("has {} axes", t.shape.size());
    for (int32_t extent : t.shape) {
      if (extent < 1) return fmt::format("is {}", graph::shape_text(t.shape));
    }
    return {};
  });
}

graph::Activation activation_of(const OpView& op) {
  switch (op.op.kind) {
    case OpKind::kConv2D: return op.attrs<graph::Conv2DAttrs>().activation;
    case OpKind::kDepthwiseConv2D: return op.attrs<graph::DepthwiseConv2DAttrs>().activation;
    case OpKind::kFullyConnected: return op.attrs<graph::FullyConnectedAttrs>().activation;
    case OpKind::kTransposeConv: return op.attrs<graph::TransposeConvAttrs>().activation;
    case OpKind::kAdd:
    case OpKind::kSub: return op.attrs<graph::AddAttrs>().activation;
    case OpKind::kMul: return op.attrs<graph::ActivationAttrs>().activation;
    case OpKind::kAveragePool2D:
    case OpKind::kMaxPool2D: return op.attrs<graph::Pool2DAttrs>().activation;
    case OpKind::kConcatenation: return op.attrs<graph::ConcatenationAttrs>().activation;
    default: return graph::Activation::kNone;
  }
}

Seen odd_activation(const OpView& op) {
  const graph::Activation activation = activation_of(op);
  const bool fine =
      op.op.kind == OpKind::kConcatenation ? activation == graph::Activation::kNone : is_clamping(activation);
  if (fine) return {};
  return fmt::format("{} is fused", graph::activation_name(activation));
}

}  // namespace

std::vector<OpRule> common_rules() {
  return {
      {{}, "the operator must have an accelerator form", not_on_accelerator},
      {{}, "shapes must be known", open_shape},
      {{}, "activations must be int8, uint8 or int16 (of QUANTIZE also int32)", other_type},
      {kBytesOnly, "activations must be int8 or uint8", not_eight_bit},
      {{}, fmt::format("activations must have 1 to {} axes of known extent, none empty", kMaxTensorRank), bad_extent},
      {joined(
           {kWeighted,
            kPools,
            kByteFunctions,
            kArithmetic,
            kComparisons,
            kScaledReductions,
            kRowFunctions,
            {OpKind::kBatchMatMul, OpKind::kConcatenation, OpKind::kSoftmax, OpKind::kPad, OpKind::kSpaceToBatchNd}}),
       "activations must have one scale and zero point (int16 may have none where it is plain numbers)",
       without_parameters},
      {joined({kWeighted,
               kPools,
               kExtremes,
               kScaledReductions,
               kExtremeReductions,
               kSelections,
               kBatchBlocks,
               kRowFunctions,
               kSelects,
               {OpKind::kBatchMatMul, OpKind::kResizeBilinear, OpKind::kDynamicUpdateSlice, OpKind::kConcatenation,
                OpKind::kPack, OpKind::kPad, OpKind::kPadV2, OpKind::kReshape, OpKind::kSqueeze, OpKind::kExpandDims,
                OpKind::kTranspose, OpKind::kSpaceToDepth, OpKind::kDepthToSpace}}),
       "inputs and output must be of one type", mixed_types},
      {{}, "a fused activation must be NONE, RELU, RELU6 or RELU_N1_TO_1 (CONCATENATION: NONE)", odd_activation},
  };
}

}  // namespace atl::compiler::rules
