#include "compiler/lower/op_rules.h"

#include <algorithm>

#include "common/graph/open_shapes.h"
#include "common/graph/window.h"
#include "common/kernels/registry.h"
#include "compiler/lower/arg_extreme.h"
#include "compiler/lower/axes.h"
#include "compiler/lower/byte_function.h"
#include "compiler/lower/quantization.h"
#include "compiler/lower/resize_bilinear.h"
#include "compiler/lower/selection.h"
#include "compiler/tasks/softmax_task.h"

namespace atl::compiler {
namespace {

using graph::DType;
using graph::OpKind;
using graph::OpView;
using graph::Tensor;
using Seen = std::optional<std::string>;

constexpr int64_t kMaxExtent = 65535;    // of a tensor's axis: instruction fields of 16 bits
constexpr int64_t kMaxWindow = 1 << 20;  // elements of a pooling window: its division stays exact in 32 bits
constexpr size_t kMaxTensorRank = kMaxRank;
constexpr int64_t kMaxPhases = 64;  // of a transposed convolution: as many convolutions
constexpr int64_t kMaxProductExtent =
    1024;                            // of a matrix product's operands: a row of each has to fit the smallest SRAM
constexpr int64_t kMaxCopies = 256;  // of a movement; a program grows with them

bool is_eight_bit(const Tensor& tensor) { return tensor.type == DType::kInt8 || tensor.type == DType::kUint8; }

const std::vector<OpKind> kWeighted = {OpKind::kConv2D, OpKind::kDepthwiseConv2D, OpKind::kFullyConnected,
                                       OpKind::kTransposeConv};
const std::vector<OpKind> kWindows = {OpKind::kConv2D, OpKind::kDepthwiseConv2D, OpKind::kTransposeConv};
const std::vector<OpKind> kConvolutions = {OpKind::kConv2D, OpKind::kDepthwiseConv2D};
const std::vector<OpKind> kPools = {OpKind::kAveragePool2D, OpKind::kMaxPool2D};

const std::vector<OpKind> kComparisons = {OpKind::kEqual,     OpKind::kNotEqual, OpKind::kLess,
                                          OpKind::kLessEqual, OpKind::kGreater,  OpKind::kGreaterEqual};
const std::vector<OpKind> kByteFunctions = {
    OpKind::kRelu, OpKind::kRelu6,     OpKind::kReluN1To1, OpKind::kRelu0To1, OpKind::kLeakyRelu, OpKind::kElu,
    OpKind::kGelu, OpKind::kHardSwish, OpKind::kLogistic,  OpKind::kTanh,     OpKind::kAbs,       OpKind::kExp,
    OpKind::kLog,  OpKind::kSqrt,      OpKind::kRsqrt,     OpKind::kQuantize, OpKind::kNeg};
const std::vector<OpKind> kArithmetic = {OpKind::kAdd, OpKind::kSub, OpKind::kMul, OpKind::kSquaredDifference,
                                         OpKind::kPrelu};
const std::vector<OpKind> kExtremes = {OpKind::kMaximum, OpKind::kMinimum};
const std::vector<OpKind> kSelections = {OpKind::kSlice,
                                         OpKind::kStridedSlice,
                                         OpKind::kSplit,
                                         OpKind::kSplitV,
                                         OpKind::kUnpack,
                                         OpKind::kMirrorPad,
                                         OpKind::kTile,
                                         OpKind::kBroadcastTo,
                                         OpKind::kGather,
                                         OpKind::kReverse,
                                         OpKind::kResizeNearestNeighbor};
const std::vector<OpKind> kArgs = {OpKind::kArgMax, OpKind::kArgMin};
const std::vector<OpKind> kSelects = {OpKind::kSelect, OpKind::kSelectV2};
const std::vector<OpKind> kRowFunctions = {OpKind::kL2Normalization, OpKind::kLogSoftmax};
const std::vector<OpKind> kBatchBlocks = {OpKind::kSpaceToBatchNd, OpKind::kBatchToSpaceNd};
const std::vector<OpKind> kScaledReductions = {OpKind::kMean, OpKind::kSum};
const std::vector<OpKind> kExtremeReductions = {OpKind::kReduceMax, OpKind::kReduceMin};

bool contains(const std::vector<OpKind>& kinds, OpKind kind) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

std::vector<OpKind> joined(std::initializer_list<std::vector<OpKind>> lists) {
  std::vector<OpKind> kinds;
  for (const auto& list : lists) kinds.insert(kinds.end(), list.begin(), list.end());
  return kinds;
}

// Whether an input is an activation; the others are weights, biases, axes, shapes and the like.
bool is_activation(const OpView& op, size_t input) {
  switch (op.op.kind) {
    case OpKind::kConcatenation:
    case OpKind::kPack: return true;
    case OpKind::kSplit: return input == 1;
    case OpKind::kTransposeConv: return input == 2;
    case OpKind::kBatchMatMul:
    case OpKind::kDynamicUpdateSlice: return input <= 1;
    case OpKind::kSelect:
    case OpKind::kSelectV2: return input == 1 || input == 2;
    default: break;
  }
  const bool two =
      contains(kArithmetic, op.op.kind) || contains(kExtremes, op.op.kind) || contains(kComparisons, op.op.kind);
  return input == 0 || (two && input == 1);
}

// Whether what it gives is no activation.
bool gives_other_values(const OpView& op) { return contains(kComparisons, op.op.kind) || contains(kArgs, op.op.kind); }

// Inputs and outputs.
template <typename Visit>
Seen first_activation(const OpView& op, Visit&& visit) {
  for (size_t i = 0; i < op.op.inputs.size(); ++i) {
    if (!is_activation(op, i)) continue;
    if (Seen seen = visit(*op.input(i))) return fmt::format("input {} {}", i, *seen);
  }
  if (gives_other_values(op)) return {};
  const size_t outputs = op.op.outputs.size();
  for (size_t i = 0; i < outputs; ++i) {
    const std::string name = outputs == 1 ? "the output" : fmt::format("output {}", i);
    if (Seen seen = visit(op.output(i))) return fmt::format("{} {}", name, *seen);
  }
  return {};
}

Seen not_on_accelerator(const OpView& op) {
  if (op.op.kind == OpKind::kUnknown) return "the operator has no row in the operator table";
  if (graph::op_info(op.op.kind).engine != graph::Engine::kHost) return {};
  return fmt::format("{} runs on the host", graph::op_info(op.op.kind).name);
}

Seen open_shape(const OpView& op) {
  if (!graph::has_open_shape(op.subgraph, op.op)) return {};
  return std::string("one is known only when the model runs");
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
  return first_activation(op, [](const Tensor& t) -> Seen {
    if (t.quant.present() && !t.quant.per_channel()) return {};
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

Seen long_axis(const OpView& op) {
  return first_activation(op, [](const Tensor& t) -> Seen {
    for (int32_t extent : t.shape) {
      if (extent > kMaxExtent) return fmt::format("is {}", graph::shape_text(t.shape));
    }
    return {};
  });
}

// Of a weighted operator's activation.
size_t data_position(const OpView& op) { return op.op.kind == OpKind::kTransposeConv ? 2 : 0; }

Seen weights_not_constant(const OpView& op) {
  const Tensor& weights = *op.input(1);
  if (!weights.is_constant()) return std::string("the weights are computed");
  if (weights.type != op.input(data_position(op))->type)
    return fmt::format("the weights are {}", graph::dtype_name(weights.type));
  if (!weights.quant.present()) return std::string("the weights have no scale");
  return {};
}

Seen weights_of_many_scales(const OpView& op) {
  const Tensor& weights = *op.input(1);
  if (!weights.quant.per_channel()) return {};
  const auto channels =
      static_cast<size_t>(op.op.kind == OpKind::kDepthwiseConv2D ? weights.shape.back() : weights.shape.front());
  if (weights.type == DType::kInt8 && weights.quant.scale.size() == channels) return {};
  return fmt::format("{} weights with {} scales for {} channels", graph::dtype_name(weights.type),
                     weights.quant.scale.size(), channels);
}

Seen bias_not_int32(const OpView& op) {
  const Tensor* bias = op.input(op.op.kind == OpKind::kTransposeConv ? 3 : 2);
  if (bias == nullptr || (bias->is_constant() && bias->type == DType::kInt32)) return {};
  return bias->is_constant() ? fmt::format("the bias is {}", graph::dtype_name(bias->type))
                             : std::string("the bias is computed");
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

template <typename Attrs>
Seen wide_step_of(const Attrs& attrs) {
  for (int32_t step : {attrs.stride_h, attrs.stride_w, attrs.dilation_h, attrs.dilation_w}) {
    if (step > kMaxExtent) return fmt::format("one is {}", step);
  }
  return {};
}

Seen wide_step(const OpView& op) {
  if (op.op.kind == OpKind::kConv2D) return wide_step_of(op.attrs<graph::Conv2DAttrs>());
  return wide_step_of(op.attrs<graph::DepthwiseConv2DAttrs>());
}

Seen wide_filter(const OpView& op) {
  for (int32_t extent : op.input(1)->shape) {
    if (extent > kMaxExtent) return fmt::format("it is {}", graph::shape_text(op.input(1)->shape));
  }
  return {};
}

Seen shuffled(const OpView& op) {
  if (!op.attrs<graph::FullyConnectedAttrs>().shuffled_weights) return {};
  return std::string("they are shuffled");
}

Seen wide_window(const OpView& op) {
  const auto& attrs = op.attrs<graph::Pool2DAttrs>();
  const int64_t elements = int64_t{attrs.filter_h} * attrs.filter_w;
  if (elements <= kMaxWindow) return {};
  return fmt::format("it has {}", elements);
}

Seen axes_not_constant(const OpView& op) {
  if (op.input(1) != nullptr && reduced_axes(op)) return {};
  return std::string("the axes are computed or out of range");
}

Seen paddings_not_constant(const OpView& op) {
  if (op.input(1) != nullptr && graph::constant_integers(*op.input(1))) return {};
  return std::string("the paddings are computed");
}

Seen shape_not_constant(const OpView& op) {
  if (op.input(1) == nullptr || op.input(1)->is_constant()) return {};
  return std::string("the shape is computed");
}

Seen output_shape_not_constant(const OpView& op) {
  if (op.input(0) != nullptr && op.input(0)->is_constant()) return {};
  return std::string("it is computed");
}

Seen many_phases(const OpView& op) {
  const auto& attrs = op.attrs<graph::TransposeConvAttrs>();
  const graph::Shape& out = op.output(0).shape;
  const int64_t phases = int64_t{std::min(attrs.stride_h, out[1])} * std::min(attrs.stride_w, out[2]);
  if (phases <= kMaxPhases) return {};
  return fmt::format("there are {}", phases);
}

Seen inexact_blends(const OpView& op) {
  for (const size_t axis : {1, 2}) {
    if (!resize_blends(op, axis)) {
      return fmt::format("{} to {} does not", op.input(0)->shape[axis], op.output(0).shape[axis]);
    }
  }
  return {};
}

Seen unsearchable_axis(const OpView& op) {
  const auto axis = arg_axis(op);
  if (!axis) return std::string("it is computed or out of range");
  if (op.input(0)->shape[*axis] <= kMaxSearched) return {};
  return fmt::format("it has {}", op.input(0)->shape[*axis]);
}

Seen condition_not_bool(const OpView& op) {
  if (op.input(0) != nullptr && op.input(0)->type == DType::kBool) return {};
  return std::string("it is of another type");
}

Seen many_matrices(const OpView& op) {
  const graph::Shape& out = op.output(0).shape;
  const int64_t matrices = graph::num_elements(out) / (int64_t{out[out.size() - 2]} * out.back());
  if (matrices <= kMaxCopies) return {};
  return fmt::format("there are {}", matrices);
}

Seen deep_matrices(const OpView& op) {
  for (size_t i = 0; i < 2; ++i) {
    for (const int32_t extent : op.input(i)->shape) {
      if (extent > kMaxProductExtent) return fmt::format("input {} is {}", i, graph::shape_text(op.input(i)->shape));
    }
  }
  return {};
}

Seen too_many_classes(const OpView& op) {
  const graph::Shape& shape = op.input(0)->shape;
  if (shape.empty() || shape.back() < SoftmaxTask::kMaxClasses) return {};
  return fmt::format("the last axis has {}", shape.back());
}

Seen concatenated_constant_scale(const OpView& op) {
  return first_activation(op, [&](const Tensor& t) -> Seen {
    if (is_unsigned(t) || quant_params(t) == quant_params(op.output(0))) return {};
    return std::string("has other parameters");
  });
}

Seen not_constant(const OpView& op, size_t position) {
  if (op.input(position) != nullptr && graph::constant_integers(*op.input(position))) return {};
  return fmt::format("input {} is computed", position);
}

Seen begins_not_constant(const OpView& op) { return not_constant(op, 2); }

Seen order_not_constant(const OpView& op) { return not_constant(op, 1); }

Seen blocks_not_constant(const OpView& op) {
  if (Seen seen = not_constant(op, 1)) return seen;
  return not_constant(op, 2);
}

Seen many_block_axes(const OpView& op) {
  const auto axes = static_cast<size_t>(graph::num_elements(op.input(1)->shape));
  if (2 * axes + 2 <= kMaxTensorRank) return {};
  return fmt::format("there are {}", axes);
}

Seen value_not_constant(const OpView& op) {
  const Tensor* value = op.input(2);
  if (value != nullptr && value->is_constant() && !value->data->empty()) return {};
  return std::string("it is computed");
}

Seen unknown_selection(const OpView& op) {
  const auto chosen = selections(op);
  if (!chosen.ok()) return chosen.error().text();
  return {};
}

Seen irregular_selection(const OpView& op) {
  const auto chosen = selections(op);
  for (const Selection& selection : *chosen) {
    const int64_t copies = selection_copies(selection.map);
    if (copies > kMaxCopies) return fmt::format("it would take {}", copies);
  }
  return {};
}

Seen undefined_byte_function(const OpView& op) {
  const auto varying = varying_input(op);
  if (!varying) return std::string("its operand is a constant");
  const auto table = byte_function(op, *varying);
  if (!table.ok()) return table.error().text();
  return {};
}

Seen without_kernel(const OpView& op) {
  const auto kernel = kernels::prepare(op.subgraph, static_cast<size_t>(&op.op - op.subgraph.ops.data()));
  if (!kernel.ok()) return kernel.error().text();
  return {};
}

}  // namespace

const std::vector<OpRule>& op_rules() {
  static const std::vector<OpRule> rules = {
      {{}, "the operator must have an accelerator form", not_on_accelerator},
      {{}, "shapes must be known", open_shape},
      {{}, "activations must be int8 or uint8", not_eight_bit},
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
       "activations must have one scale and zero point", without_parameters},
      {joined({kWeighted,
               kPools,
               kArithmetic,
               kExtremes,
               kScaledReductions,
               kExtremeReductions,
               kSelections,
               kBatchBlocks,
               kRowFunctions,
               kSelects,
               {OpKind::kBatchMatMul, OpKind::kResizeBilinear, OpKind::kDynamicUpdateSlice, OpKind::kConcatenation,
                OpKind::kPack, OpKind::kSoftmax, OpKind::kPad, OpKind::kPadV2, OpKind::kReshape, OpKind::kSqueeze,
                OpKind::kExpandDims, OpKind::kTranspose, OpKind::kSpaceToDepth, OpKind::kDepthToSpace}}),
       "inputs and output must be of one type", mixed_types},
      {kWeighted, "weights must be constants of the input's type with scales", weights_not_constant},
      {kWeighted, "weights must have one scale, or if int8 one for each output channel", weights_of_many_scales},
      {kWeighted, "the bias must be an int32 constant or left out", bias_not_int32},
      {kWeighted, fmt::format("axes must have at most {} elements", kMaxExtent), long_axis},
      {kConvolutions, fmt::format("strides and dilations must be at most {}", kMaxExtent), wide_step},
      {kWindows, fmt::format("no extent of the filter may exceed {}", kMaxExtent), wide_filter},
      {{OpKind::kTransposeConv}, "the output's shape must be a constant", output_shape_not_constant},
      {{OpKind::kTransposeConv}, fmt::format("the strides must make at most {} phases", kMaxPhases), many_phases},
      {{OpKind::kFullyConnected}, "weights must be stored in order", shuffled},
      {{OpKind::kResizeBilinear},
       "uint8, which the reference blends in float, must blend in parts of 128",
       inexact_blends},
      {kArgs, fmt::format("the axis must be a constant within the rank, of at most {} elements", kMaxSearched),
       unsearchable_axis},
      {kSelects, "the condition must be bool", condition_not_bool},
      {{OpKind::kDynamicUpdateSlice}, "the begins must be constants", begins_not_constant},
      {{OpKind::kBatchMatMul}, fmt::format("there must be at most {} matrices", kMaxCopies), many_matrices},
      {{OpKind::kBatchMatMul}, fmt::format("axes must have at most {} elements", kMaxProductExtent), deep_matrices},
      {{}, "a fused activation must be NONE, RELU, RELU6 or RELU_N1_TO_1 (CONCATENATION: NONE)", odd_activation},
      {kPools, fmt::format("a pooling window must have at most {} elements", kMaxWindow), wide_window},
      {joined({kScaledReductions, kExtremeReductions}), "axes must be constants within the rank", axes_not_constant},
      {{OpKind::kPad, OpKind::kPadV2}, "paddings must be constants", paddings_not_constant},
      {{OpKind::kPadV2}, "the value of the padding must be a constant", value_not_constant},
      {{OpKind::kTranspose}, "the order of the axes must be a constant", order_not_constant},
      {kBatchBlocks, "blocks and borders must be constants", blocks_not_constant},
      {kBatchBlocks, fmt::format("blocks must have at most {} axes", (kMaxTensorRank - 2) / 2), many_block_axes},
      {kSelections, "what it shows must be settled by constants, inside its input", unknown_selection},
      {kSelections, fmt::format("what it shows must be regular: at most {} copies", kMaxCopies), irregular_selection},
      {{OpKind::kReshape}, "the new shape must be a constant", shape_not_constant},
      {{OpKind::kSoftmax, OpKind::kLogSoftmax, OpKind::kL2Normalization},
       fmt::format("at most {} classes", SoftmaxTask::kMaxClasses - 1),
       too_many_classes},
      {{OpKind::kConcatenation},
       "int8 inputs must have the output's scale and zero point",
       concatenated_constant_scale},
      {joined({kArithmetic,
               kExtremes,
               kComparisons,
               kRowFunctions,
               kArgs,
               kSelects,
               {OpKind::kTransposeConv, OpKind::kBatchMatMul, OpKind::kResizeBilinear, OpKind::kDynamicUpdateSlice}}),
       "the reference must have a kernel for its types", without_kernel},
      {kByteFunctions, "it must be defined for each of the 256 values of its input", undefined_byte_function},
  };
  return rules;
}

std::optional<std::string> why_not_on_accelerator(const OpView& op) {
  for (const OpRule& rule : op_rules()) {
    if (!rule.kinds.empty() && !contains(rule.kinds, op.op.kind)) continue;
    if (Seen seen = rule.violation(op)) return fmt::format("{}; {}", rule.text, *seen);
  }
  return {};
}

}  // namespace atl::compiler
