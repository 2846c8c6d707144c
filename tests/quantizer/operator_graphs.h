// A small float graph for each operator that the quantizer has a rule for.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/quantizer/sample_graphs.h"

namespace atl::quantizer::test {

struct OperatorCase {
  OpKind kind;
  std::function<int32_t(GraphBuilder&, int32_t)> build;  // from the input, 1x4x4x2, to the tensor to mark as output
  float low = -2, high = 3;                              // of the input
  bool has_int16 = true;
};

namespace detail {

inline int32_t ints(GraphBuilder& b, const std::string& name, const std::vector<int32_t>& values) {
  return b.add_constant(name, {static_cast<int32_t>(values.size())}, values);
}
inline int32_t floats(GraphBuilder& b, const std::string& name, graph::Shape shape, float low, float high) {
  const auto count = static_cast<size_t>(graph::num_elements(shape));
  return b.add_constant(name, std::move(shape), count == 1 ? std::vector<float>{high} : spread(count, low, high));
}

inline auto unary(OpKind kind) {
  return [kind](GraphBuilder& b, int32_t x) { return b.add_op(kind, graph::default_attributes(kind), {x}, {"y"}); };
}
// The largest element of x, as a scalar that isn't known before the model runs.
inline int32_t largest(GraphBuilder& b, int32_t x) {
  const int32_t axes = ints(b, "all", {0, 1, 2, 3});
  return b.add_op(OpKind::kReduceMax, graph::ReduceAttrs{false}, {x, axes}, {"largest"});
}
// With a constant of the given values as second operand.
inline auto binary(OpKind kind, float low, float high, DType output = DType::kFloat32) {
  return [=](GraphBuilder& b, int32_t x) {
    const int32_t c = floats(b, "c", {1, 1, 4, 2}, low, high);
    return b.add_op(kind, graph::default_attributes(kind), {x, c}, {"y", output});
  };
}
// With a list of int32 as second operand.
inline auto steered(OpKind kind, std::vector<int32_t> list, DType output = DType::kFloat32) {
  return [=](GraphBuilder& b, int32_t x) {
    return b.add_op(kind, graph::default_attributes(kind), {x, ints(b, "list", list)}, {"y", output});
  };
}
inline int32_t parts(GraphBuilder& b, OpKind kind, graph::Attributes attrs, std::vector<int32_t> inputs,
                     const graph::Shape& shape, size_t count) {
  std::vector<graph::Tensor> outputs(count);
  for (size_t i = 0; i < count; ++i) {
    outputs[i].name = "part" + std::to_string(i);
    outputs[i].shape = shape;
    outputs[i].has_rank = true;
  }
  const int32_t first = b.add_op(kind, std::move(attrs), std::move(inputs), std::move(outputs));
  return b.add_op(OpKind::kSub, graph::AddAttrs{}, {first, first + 1}, {"y"});
}

}  // namespace detail

inline std::vector<OperatorCase> elementwise_cases() {
  using detail::binary, detail::unary;
  return {
      {OpKind::kAdd, binary(OpKind::kAdd, -1, 4)},
      {OpKind::kSub, binary(OpKind::kSub, -1, 4)},
      {OpKind::kMul, binary(OpKind::kMul, -1, 4)},
      {OpKind::kDiv, binary(OpKind::kDiv, 1, 4)},
      {OpKind::kSquaredDifference, binary(OpKind::kSquaredDifference, -1, 1), -2, 3, false},
      {OpKind::kMaximum, binary(OpKind::kMaximum, -1, 1)},
      {OpKind::kMinimum, binary(OpKind::kMinimum, -1, 1)},
      {OpKind::kPrelu, binary(OpKind::kPrelu, -0.5f, 0.5f)},
      {OpKind::kRelu, unary(OpKind::kRelu)},
      {OpKind::kRelu6, unary(OpKind::kRelu6)},
      {OpKind::kReluN1To1, unary(OpKind::kReluN1To1), -2, 3, false},
      {OpKind::kRelu0To1, unary(OpKind::kRelu0To1), -2, 3, false},
      {OpKind::kLeakyRelu,
       [](GraphBuilder& b, int32_t x) {
         return b.add_op(OpKind::kLeakyRelu, graph::LeakyReluAttrs{0.3f}, {x}, {"y"});
       }},
      {OpKind::kHardSwish, unary(OpKind::kHardSwish), -4, 4, false},
      {OpKind::kAbs, unary(OpKind::kAbs)},
      // As products.
      {OpKind::kNeg, unary(OpKind::kNeg)},
      {OpKind::kSquare, unary(OpKind::kSquare)},
      {OpKind::kExp, unary(OpKind::kExp), -2, 1},
      {OpKind::kLog, unary(OpKind::kLog), 2, 8},
      {OpKind::kSqrt, unary(OpKind::kSqrt), 2, 8},
      {OpKind::kRsqrt, unary(OpKind::kRsqrt), 2, 8},
      {OpKind::kGelu, unary(OpKind::kGelu)},
      {OpKind::kLogistic, unary(OpKind::kLogistic), -5, 5},
      {OpKind::kTanh, unary(OpKind::kTanh)},
      {OpKind::kSoftmax, unary(OpKind::kSoftmax)},
      {OpKind::kLogSoftmax, unary(OpKind::kLogSoftmax), -2, 3, false},
      {OpKind::kL2Normalization, unary(OpKind::kL2Normalization), 1, 3, false},
      {OpKind::kEqual, binary(OpKind::kEqual, 9, 10, DType::kBool), -2, 3, false},
      {OpKind::kNotEqual, binary(OpKind::kNotEqual, 9, 10, DType::kBool), -2, 3, false},
      {OpKind::kLess, binary(OpKind::kLess, -1, 1, DType::kBool), -2, 3, false},
      {OpKind::kLessEqual, binary(OpKind::kLessEqual, -1, 1, DType::kBool), -2, 3, false},
      {OpKind::kGreater, binary(OpKind::kGreater, -1, 1, DType::kBool), -2, 3, false},
      {OpKind::kGreaterEqual, binary(OpKind::kGreaterEqual, -1, 1, DType::kBool), -2, 3, false},
      {OpKind::kSelect,
       [](GraphBuilder& b, int32_t x) {
         Bytes bytes(32, 1);
         for (size_t i = 0; i < bytes.size(); i += 3) bytes[i] = 0;
         const int32_t where = b.add_constant("where", DType::kBool, {1, 4, 4, 2}, bytes);
         return b.add_op(OpKind::kSelect, graph::NoAttrs{}, {where, detail::floats(b, "c", {1, 4, 4, 2}, -1, 1), x},
                         {"y"});
       }},
      {OpKind::kSelectV2,
       [](GraphBuilder& b, int32_t x) {
         const int32_t where = b.add_constant("where", DType::kBool, {4, 1}, Bytes{0, 1, 1, 0});
         return b.add_op(OpKind::kSelectV2, graph::NoAttrs{}, {where, x, detail::floats(b, "c", {1}, 0, 5)}, {"y"});
       }},
  };
}

inline std::vector<OperatorCase> reducing_cases() {
  using detail::ints, detail::steered;
  return {
      {OpKind::kMean, steered(OpKind::kMean, {1, 2})},
      {OpKind::kSum, steered(OpKind::kSum, {1})},
      {OpKind::kReduceMax, steered(OpKind::kReduceMax, {1})},
      {OpKind::kReduceMin, steered(OpKind::kReduceMin, {3})},
      {OpKind::kReduceProd, steered(OpKind::kReduceProd, {3}), 1, 2},
      {OpKind::kArgMax,
       [](GraphBuilder& b, int32_t x) {
         return b.add_op(OpKind::kArgMax, graph::OutputTypeAttrs{}, {x, ints(b, "axis", {1})}, {"y", DType::kInt32});
       },
       -2, 3, false},
      {OpKind::kArgMin,
       [](GraphBuilder& b, int32_t x) {
         return b.add_op(OpKind::kArgMin, graph::OutputTypeAttrs{}, {x, ints(b, "axis", {2})}, {"y", DType::kInt32});
       },
       -2, 3, false},
      {OpKind::kTopK,
       [](GraphBuilder& b, int32_t x) {
         std::vector<graph::Tensor> outputs(2);
         outputs[0].name = "y", outputs[1].name = "places";
         outputs[1].type = DType::kInt32;
         for (graph::Tensor& tensor : outputs) tensor.shape = {1, 4, 4, 1}, tensor.has_rank = true;
         const int32_t k = b.add_constant("k", {}, std::vector<int32_t>{1});
         return b.add_op(OpKind::kTopK, graph::NoAttrs{}, {x, k}, std::move(outputs));
       }},
      {OpKind::kShape,
       [](GraphBuilder& b, int32_t x) {
         b.mark_output(b.unary(OpKind::kRelu, x, {"relu"}));
         return b.add_op(OpKind::kShape, graph::OutputTypeAttrs{}, {x}, {"y", DType::kInt32});
       }},
      {OpKind::kRank,
       [](GraphBuilder& b, int32_t x) {
         b.mark_output(b.unary(OpKind::kRelu, x, {"relu"}));
         return b.add_op(OpKind::kRank, graph::NoAttrs{}, {x}, {"y", DType::kInt32});
       }},
  };
}

inline std::vector<OperatorCase> moving_cases() {
  using detail::floats, detail::ints, detail::steered;
  return {
      {OpKind::kTranspose, steered(OpKind::kTranspose, {0, 3, 1, 2})},
      {OpKind::kExpandDims, steered(OpKind::kExpandDims, {1})},
      {OpKind::kTile, steered(OpKind::kTile, {1, 2, 1, 3})},
      {OpKind::kBroadcastTo, steered(OpKind::kBroadcastTo, {3, 4, 4, 2})},
      {OpKind::kReverse, steered(OpKind::kReverse, {2})},
      {OpKind::kMirrorPad,
       [](GraphBuilder& b, int32_t x) {
         const int32_t pads = b.add_constant("pads", {4, 2}, std::vector<int32_t>{0, 0, 1, 1, 2, 0, 0, 0});
         return b.add_op(OpKind::kMirrorPad, graph::MirrorPadAttrs{}, {x, pads}, {"y"});
       }},
      {OpKind::kPadV2,
       [](GraphBuilder& b, int32_t x) {
         const int32_t pads = b.add_constant("pads", {4, 2}, std::vector<int32_t>{0, 0, 1, 1, 2, 0, 0, 0});
         return b.add_op(OpKind::kPadV2, graph::NoAttrs{}, {x, pads, floats(b, "c", {1}, 0, -5)}, {"y"});
       }},
      {OpKind::kSlice,
       [](GraphBuilder& b, int32_t x) {
         return b.add_op(OpKind::kSlice, graph::NoAttrs{},
                         {x, ints(b, "begin", {0, 1, 0, 0}), ints(b, "size", {1, 2, -1, 2})}, {"y"});
       }},
      {OpKind::kStridedSlice,
       [](GraphBuilder& b, int32_t x) {
         return b.add_op(
             OpKind::kStridedSlice, graph::StridedSliceAttrs{},
             {x, ints(b, "begin", {0, 0, 1, 0}), ints(b, "end", {1, 4, 4, 2}), ints(b, "strides", {1, 2, 1, 1})},
             {"y"});
       }},
  };
}

inline std::vector<OperatorCase> part_cases() {
  using detail::ints, detail::parts;
  return {
      {OpKind::kSplit,
       [](GraphBuilder& b, int32_t x) {
         const int32_t axis = b.add_constant("axis", {}, std::vector<int32_t>{2});
         return parts(b, OpKind::kSplit, graph::SplitAttrs{2}, {axis, x}, {1, 4, 2, 2}, 2);
       }},
      {OpKind::kSplitV,
       [](GraphBuilder& b, int32_t x) {
         const int32_t axis = b.add_constant("axis", {}, std::vector<int32_t>{1});
         return parts(b, OpKind::kSplitV, graph::SplitAttrs{2}, {x, ints(b, "sizes", {2, 2}), axis}, {1, 2, 4, 2}, 2);
       }},
      {OpKind::kUnpack,
       [](GraphBuilder& b, int32_t x) {
         return parts(b, OpKind::kUnpack, graph::UnpackAttrs{4, 1}, {x}, {1, 4, 2}, 4);
       }},
      {OpKind::kPack,
       [](GraphBuilder& b, int32_t x) {
         const int32_t relu = b.unary(OpKind::kRelu6, x, {"relu"});
         return b.add_op(OpKind::kPack, graph::PackAttrs{2, 1}, {x, relu}, {"y"});
       }},
      {OpKind::kGather,
       [](GraphBuilder& b, int32_t x) {
         return b.add_op(OpKind::kGather, graph::GatherAttrs{2, 0}, {x, ints(b, "places", {3, 0, 3})}, {"y"});
       }},
      {OpKind::kGatherNd,
       [](GraphBuilder& b, int32_t x) {
         const int32_t places = b.add_constant("places", {2, 3}, std::vector<int32_t>{0, 1, 2, 0, 3, 0});
         return b.add_op(OpKind::kGatherNd, graph::NoAttrs{}, {x, places}, {"y"});
       }},
  };
}

inline std::vector<OperatorCase> block_cases() {
  using detail::ints, detail::steered;
  return {
      {OpKind::kSpaceToDepth,
       [](GraphBuilder& b, int32_t x) { return b.add_op(OpKind::kSpaceToDepth, graph::BlockAttrs{2}, {x}, {"y"}); }, -2,
       3, false},
      {OpKind::kDepthToSpace,
       [](GraphBuilder& b, int32_t x) {
         const int32_t deep = b.add_op(OpKind::kSpaceToDepth, graph::BlockAttrs{2}, {x}, {"deep"});
         return b.add_op(OpKind::kDepthToSpace, graph::BlockAttrs{2}, {deep}, {"y"});
       },
       -2, 3, false},
      {OpKind::kSpaceToBatchNd,
       [](GraphBuilder& b, int32_t x) {
         const int32_t pads = b.add_constant("pads", {2, 2}, std::vector<int32_t>{0, 0, 2, 0});
         return b.add_op(OpKind::kSpaceToBatchNd, graph::NoAttrs{}, {x, ints(b, "block", {2, 2}), pads}, {"y"});
       }},
      {OpKind::kBatchToSpaceNd,
       [](GraphBuilder& b, int32_t x) {
         const int32_t none = b.add_constant("none", {2, 2}, std::vector<int32_t>{0, 0, 0, 0});
         const int32_t block = ints(b, "block", {2, 2});
         const int32_t batches = b.add_op(OpKind::kSpaceToBatchNd, graph::NoAttrs{}, {x, block, none}, {"batches"});
         return b.add_op(OpKind::kBatchToSpaceNd, graph::NoAttrs{}, {batches, block, none}, {"y"});
       }},
      {OpKind::kResizeBilinear, steered(OpKind::kResizeBilinear, {7, 5})},
      {OpKind::kResizeNearestNeighbor, steered(OpKind::kResizeNearestNeighbor, {7, 5})},
  };
}

inline std::vector<OperatorCase> constant_cases() {
  using detail::floats, detail::ints, detail::largest;
  return {
      {OpKind::kDynamicUpdateSlice,
       [](GraphBuilder& b, int32_t x) {
         const int32_t part = floats(b, "part", {1, 2, 2, 2}, -3, 1);
         return b.add_op(OpKind::kDynamicUpdateSlice, graph::NoAttrs{}, {x, part, ints(b, "at", {0, 1, 1, 0})}, {"y"});
       }},
      {OpKind::kFill,
       [](GraphBuilder& b, int32_t x) {
         const int32_t value = largest(b, x);
         const int32_t fill = b.add_op(OpKind::kFill, graph::NoAttrs{}, {ints(b, "shape", {1, 4, 4, 2}), value}, {"f"});
         return b.add(x, fill, {}, {"y"});
       }},
      {OpKind::kOneHot,
       [](GraphBuilder& b, int32_t x) {
         const int32_t k = b.add_constant("k", {}, std::vector<int32_t>{2});
         const int32_t on = largest(b, x);
         const int32_t off = b.add_constant("off", {}, std::vector<float>{-1});
         const int32_t hot =
             b.add_op(OpKind::kOneHot, graph::OneHotAttrs{}, {ints(b, "places", {1, 0, 1, 1}), k, on, off}, {"hot"});
         return b.add(x, hot, {}, {"y"});
       },
       -2, 3, false},
      {OpKind::kEmbeddingLookup,
       [](GraphBuilder& b, int32_t x) {
         const int32_t table = b.reshape(x, {4, 8}, {"table"});
         const int32_t rows = ints(b, "rows", {2, 0, 3, 1});
         return b.add_op(OpKind::kEmbeddingLookup, graph::NoAttrs{}, {rows, table}, {"y"});
       }},
      {OpKind::kReshape,
       [](GraphBuilder& b, int32_t x) {
         return b.reshape(x, {4, 8}, {"y"});
       }},
      {OpKind::kConcatenation,
       [](GraphBuilder& b, int32_t x) {
         return b.concatenation({x, floats(b, "c", {1, 4, 4, 1}, -3, 1)}, 3, {"y"});
       }},
  };
}

inline std::vector<OperatorCase> weighted_cases() {
  using detail::floats, detail::ints;
  return {
      {OpKind::kConv2D,
       [](GraphBuilder& b, int32_t x) {
         return b.conv2d(x, floats(b, "w", {3, 2, 2, 2}, -1, 1), floats(b, "bias", {3}, -1, 2), {}, {"y"});
       }},
      {OpKind::kDepthwiseConv2D,
       [](GraphBuilder& b, int32_t x) {
         return b.depthwise_conv2d(x, floats(b, "w", {1, 2, 2, 2}, -1, 1), floats(b, "bias", {2}, -1, 2), {}, {"y"});
       }},
      {OpKind::kFullyConnected,
       [](GraphBuilder& b, int32_t x) {
         const int32_t flat = b.reshape(x, {4, 8}, {"flat"});
         return b.fully_connected(flat, floats(b, "w", {5, 8}, -1, 1), floats(b, "bias", {5}, -1, 2), {}, {"y"});
       }},
      {OpKind::kTransposeConv,
       [](GraphBuilder& b, int32_t x) {
         graph::TransposeConvAttrs attrs;
         attrs.stride_h = attrs.stride_w = 2;
         const int32_t shape = ints(b, "shape", {1, 8, 8, 3});
         return b.add_op(OpKind::kTransposeConv, attrs,
                         {shape, floats(b, "w", {3, 2, 2, 2}, -1, 1), x, floats(b, "bias", {3}, -1, 2)}, {"y"});
       }},
      {OpKind::kBatchMatMul,
       [](GraphBuilder& b, int32_t x) {
         graph::BatchMatMulAttrs attrs;
         attrs.adj_y = true;
         const int32_t square = b.add_op(OpKind::kBatchMatMul, attrs, {x, x}, {"square"});
         const int32_t c = floats(b, "c", {1, 1, 4, 3}, -2, 1);
         return b.add_op(OpKind::kBatchMatMul, graph::BatchMatMulAttrs{}, {square, c}, {"y"});
       }},
  };
}

inline std::vector<OperatorCase> operator_cases() {
  std::vector<OperatorCase> all;
  for (auto& list : {elementwise_cases(), reducing_cases(), moving_cases(), part_cases(), block_cases(),
                     constant_cases(), weighted_cases()}) {
    all.insert(all.end(), list.begin(), list.end());
  }
  return all;
}

inline graph::Model float_model(const OperatorCase& test) {
  GraphBuilder b;
  b.mark_output(test.build(b, b.add_input("x", DType::kFloat32, {1, 4, 4, 2})));
  return b.finish();
}

}  // namespace atl::quantizer::test
