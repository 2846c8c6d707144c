// What the files of op_rules share: groups of operators, which operands are activations, and one function a family of
// rules.
#pragma once

#include <algorithm>

#include "compiler/lower/op_rules.h"
#include "compiler/lower/quantization.h"

namespace atl::compiler::rules {

using graph::DType;
using graph::OpKind;
using graph::OpView;
using graph::Tensor;
using Seen = std::optional<std::string>;
using Kinds = std::vector<OpKind>;

inline constexpr int64_t kMaxCopies = 256;  // of a movement; a program grows with them

inline const Kinds kWeighted = {OpKind::kConv2D, OpKind::kDepthwiseConv2D, OpKind::kFullyConnected,
                                OpKind::kTransposeConv};
inline const Kinds kWindows = {OpKind::kConv2D, OpKind::kDepthwiseConv2D, OpKind::kTransposeConv};
inline const Kinds kConvolutions = {OpKind::kConv2D, OpKind::kDepthwiseConv2D};
inline const Kinds kPools = {OpKind::kAveragePool2D, OpKind::kMaxPool2D};

inline const Kinds kComparisons = {OpKind::kEqual,     OpKind::kNotEqual, OpKind::kLess,
                                   OpKind::kLessEqual, OpKind::kGreater,  OpKind::kGreaterEqual};
inline const Kinds kByteFunctions = {
    OpKind::kRelu, OpKind::kRelu6,     OpKind::kReluN1To1, OpKind::kRelu0To1, OpKind::kLeakyRelu, OpKind::kElu,
    OpKind::kGelu, OpKind::kHardSwish, OpKind::kLogistic,  OpKind::kTanh,     OpKind::kAbs,       OpKind::kExp,
    OpKind::kLog,  OpKind::kSqrt,      OpKind::kRsqrt,     OpKind::kQuantize, OpKind::kNeg};
inline const Kinds kArithmetic = {OpKind::kAdd, OpKind::kSub, OpKind::kMul, OpKind::kSquaredDifference, OpKind::kPrelu};
inline const Kinds kExtremes = {OpKind::kMaximum, OpKind::kMinimum};
inline const Kinds kSelections = {OpKind::kSlice,
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
inline const Kinds kArgs = {OpKind::kArgMax, OpKind::kArgMin};
inline const Kinds kSelects = {OpKind::kSelect, OpKind::kSelectV2};
inline const Kinds kRowFunctions = {OpKind::kL2Normalization, OpKind::kLogSoftmax};
inline const Kinds kBatchBlocks = {OpKind::kSpaceToBatchNd, OpKind::kBatchToSpaceNd};
inline const Kinds kScaledReductions = {OpKind::kMean, OpKind::kSum};
inline const Kinds kExtremeReductions = {OpKind::kReduceMax, OpKind::kReduceMin};

// Those that take 8 bits alone.
inline const Kinds kBytesOnly = {OpKind::kBatchMatMul, OpKind::kL2Normalization, OpKind::kLogSoftmax};

// Those that take int16 without scales, too.
inline const Kinds kPlainWords = {OpKind::kAdd,     OpKind::kSub,          OpKind::kMul,  OpKind::kAbs,
                                  OpKind::kEqual,   OpKind::kNotEqual,     OpKind::kLess, OpKind::kLessEqual,
                                  OpKind::kGreater, OpKind::kGreaterEqual, OpKind::kPad,  OpKind::kConcatenation};

inline bool contains(const Kinds& kinds, OpKind kind) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}
Kinds joined(std::initializer_list<Kinds> lists);

// Whether an input is an activation; the others are weights, biases, axes, shapes and the like.
bool is_activation(const OpView& op, size_t input);
// Whether what it gives is no activation: truth values, places.
bool gives_other_values(const OpView& op);

// What `visit` has seen of the first activation that it has something to say of, inputs before outputs.
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

// Input `position` must be a constant of integers.
Seen not_constant(const OpView& op, size_t position);

// The families, in the order in which op_rules() has them.
std::vector<OpRule> common_rules();    // of every operator: engine, shapes, types
std::vector<OpRule> weighted_rules();  // convolutions and matrix products
std::vector<OpRule> vector_rules();    // arithmetic, reductions, functions
std::vector<OpRule> movement_rules();  // bytes to other places
std::vector<OpRule> kernel_rules();    // what constant evaluation finds out, behind all others

}  // namespace atl::compiler::rules
