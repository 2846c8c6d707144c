#include "common/tflite/versions.h"

#include <catch2/catch.hpp>

#include "common/tflite/reader.h"
#include "common/tflite/writer.h"
#include "tests/graph/sample_model.h"

using namespace atl;
using graph::DType;
using graph::OpKind;

namespace {

// The version of an operator on tensors of these types (input, weights or second operand, output).
int32_t version(OpKind kind, std::vector<DType> types, const graph::Attributes& attrs, bool per_channel = false,
                size_t inputs = 3) {
  graph::Subgraph subgraph;
  for (DType type : types) {
    graph::Tensor tensor;
    tensor.type = type;
    tensor.shape = {1, 2, 2, 4};
    if (type != DType::kFloat32) tensor.quant = graph::per_tensor(1, 0);
    subgraph.tensors.push_back(tensor);
  }
  if (per_channel) subgraph.tensors[1].quant = graph::per_channel({1, 1, 1, 1}, 3);
  graph::Op op;
  op.kind = kind;
  op.attrs = attrs;
  op.inputs = {0, 1, -1};
  op.inputs.resize(inputs);
  op.outputs = {2};
  subgraph.ops.push_back(op);
  return tflite::lowest_version(subgraph, op);
}

int32_t version(OpKind kind, DType type) { return version(kind, {type, type, type}, graph::default_attributes(kind)); }

constexpr DType kF32 = DType::kFloat32, kI8 = DType::kInt8, kU8 = DType::kUint8, kI16 = DType::kInt16;

}  // namespace

TEST_CASE("lowest versions by type") {
  struct Row {
    OpKind kind;
    int32_t float32, uint8, int8, int16;
  };
  const Row rows[] = {
      {OpKind::kAdd, 1, 1, 2, 1},
      {OpKind::kAveragePool2D, 1, 1, 2, 3},
      {OpKind::kConcatenation, 1, 1, 2, 3},
      {OpKind::kMaxPool2D, 1, 1, 2, 3},
      {OpKind::kRelu, 1, 2, 2, 3},
      {OpKind::kRelu6, 1, 1, 2, 3},
      {OpKind::kReshape, 1, 1, 1, 1},
      {OpKind::kSoftmax, 1, 1, 2, 3},
      {OpKind::kPad, 1, 1, 2, 3},
      {OpKind::kMean, 1, 1, 2, 3},
      {OpKind::kSqueeze, 1, 1, 1, 1},
      {OpKind::kDequantize, 1, 1, 2, 3},
      {OpKind::kFullyConnected, 1, 1, 4, 7},
      {OpKind::kSub, 1, 1, 2, 1},
      {OpKind::kAbs, 1, 2, 2, 3},
      {OpKind::kLogistic, 1, 1, 2, 3},
      {OpKind::kTanh, 1, 1, 2, 3},
      {OpKind::kExp, 1, 1, 2, 2},
      {OpKind::kGelu, 1, 2, 2, 1},
      {OpKind::kLeakyRelu, 1, 1, 1, 2},
      {OpKind::kMaximum, 1, 1, 2, 4},
      {OpKind::kEqual, 1, 1, 2, 5},
      {OpKind::kGreaterEqual, 1, 1, 2, 3},
      {OpKind::kSquaredDifference, 1, 1, 2, 1},
      {OpKind::kSum, 1, 1, 2, 1},
      {OpKind::kReduceMax, 1, 1, 2, 3},
      {OpKind::kTranspose, 1, 1, 2, 5},
      {OpKind::kSlice, 1, 1, 2, 4},
      {OpKind::kStridedSlice, 1, 1, 2, 1},
      {OpKind::kSplit, 1, 1, 2, 4},
      {OpKind::kUnpack, 1, 2, 2, 4},
      {OpKind::kPack, 1, 1, 2, 3},
      {OpKind::kGather, 1, 1, 2, 6},
      {OpKind::kBroadcastTo, 2, 2, 3, 3},
      {OpKind::kResizeBilinear, 1, 1, 2, 4},
      {OpKind::kSpaceToBatchNd, 1, 1, 2, 4},
      {OpKind::kBatchMatMul, 1, 1, 2, 3},
      {OpKind::kTransposeConv, 1, 1, 2, 1},
  };
  for (const Row& row : rows) {
    INFO(graph::op_info(row.kind).name);
    CHECK(version(row.kind, kF32) == row.float32);
    CHECK(version(row.kind, kU8) == row.uint8);
    CHECK(version(row.kind, kI8) == row.int8);
    CHECK(version(row.kind, kI16) == row.int16);
  }
}

TEST_CASE("lowest versions of the weighted operators") {
  const graph::Conv2DAttrs conv;
  CHECK(version(OpKind::kConv2D, {kF32, kF32, kF32}, conv) == 1);
  CHECK(version(OpKind::kConv2D, {kI8, kI8, kI8}, conv) == 3);
  CHECK(version(OpKind::kConv2D, {kF32, kI8, kF32}, conv) == 2);
  CHECK(version(OpKind::kConv2D, {kF32, kI8, kF32}, conv, true) == 5);
  CHECK(version(OpKind::kConv2D, {kI8, DType::kInt4, kI8}, conv) == 7);
  CHECK(version(OpKind::kConv2D, {kI16, kI8, kI16}, conv) == 4);
  graph::Conv2DAttrs biased;
  biased.quantized_bias_type = DType::kInt32;
  CHECK(version(OpKind::kConv2D, {kI16, kI8, kI16}, biased) == 8);
  graph::DepthwiseConv2DAttrs depthwise;
  CHECK(version(OpKind::kDepthwiseConv2D, {kF32, kF32, kF32}, depthwise) == 1);
  CHECK(version(OpKind::kDepthwiseConv2D, {kI8, kI8, kI8}, depthwise) == 3);
  CHECK(version(OpKind::kDepthwiseConv2D, {kF32, kI8, kF32}, depthwise, true) == 6);
  depthwise.dilation_w = 2;
  CHECK(version(OpKind::kDepthwiseConv2D, {kF32, kF32, kF32}, depthwise) == 2);
  graph::FullyConnectedAttrs dense;
  CHECK(version(OpKind::kFullyConnected, {kI8, kI8, kI8}, dense, false, 2) == 6);
  CHECK(version(OpKind::kFullyConnected, {kF32, kI8, kF32}, dense) == 3);
  CHECK(version(OpKind::kFullyConnected, {kF32, kI8, kF32}, dense, true) == 12);
  dense.asymmetric_quantize_inputs = true;
  CHECK(version(OpKind::kFullyConnected, {kF32, kI8, kF32}, dense) == 9);
  dense = {};
  dense.keep_num_dims = true;
  CHECK(version(OpKind::kFullyConnected, {kI8, kI8, kI8}, dense) == 5);
  CHECK(version(OpKind::kQuantize, {kF32, kF32, kI16}, graph::NoAttrs{}) == 2);
  CHECK(version(OpKind::kQuantize, {kF32, kF32, kI8}, graph::NoAttrs{}) == 1);
  CHECK(version(OpKind::kAdd, {kI16, kI16, kI16}, graph::AddAttrs{graph::Activation::kNone, false}) == 3);
  CHECK(version(OpKind::kDequantize, {DType::kFloat16, kF32, kF32}, graph::NoAttrs{}) == 3);
}

TEST_CASE("a version from a file is kept, one left open is filled in") {
  graph::Model model = graph::testing::int8_network();
  model.main().ops[2].version = 7;
  const auto again = tflite::read_model(tflite::write_model(model));
  REQUIRE(again.ok());
  CHECK(again->main().ops[2].version == 7);
  CHECK(again->main().ops[3].version == 3);
  const auto third = tflite::read_model(tflite::write_model(*again));
  REQUIRE(third.ok());
  CHECK(third->main().ops[2].version == 7);
}

TEST_CASE("versions that depend on more than types") {
  CHECK(version(OpKind::kMul, {kI8, kI8, kI8}, graph::ActivationAttrs{}) == 3);  // scales 1 x 1 / 1
  CHECK(version(OpKind::kMul, {kI16, kI16, kI16}, graph::ActivationAttrs{}) == 4);
  graph::AddAttrs any_scale;
  any_scale.pot_scale_int16 = false;
  CHECK(version(OpKind::kSub, {kI16, kI16, kI16}, any_scale) == 5);
  CHECK(version(OpKind::kResizeBilinear, {kI8, DType::kInt32, kI8}, graph::ResizeAttrs{false, true}) == 3);
  CHECK(version(OpKind::kResizeNearestNeighbor, {kF32, DType::kInt32, kF32}, graph::ResizeAttrs{true, false}) == 3);
  CHECK(version(OpKind::kGather, {kF32, DType::kInt32, kF32}, graph::GatherAttrs{1, 1}) == 5);
  CHECK(version(OpKind::kGather, {kI16, DType::kInt32, kI16}, graph::GatherAttrs{}) == 4);
  graph::StridedSliceAttrs new_axis;
  new_axis.new_axis_mask = 1;
  CHECK(version(OpKind::kStridedSlice, {kI8, DType::kInt32, kI8}, new_axis) == 6);
  graph::BatchMatMulAttrs asymmetric;
  asymmetric.asymmetric_quantize_inputs = true;
  CHECK(version(OpKind::kBatchMatMul, {kF32, kI8, kF32}, asymmetric) == 4);
  CHECK(version(OpKind::kEmbeddingLookup, {DType::kInt32, kI8, kF32}, graph::NoAttrs{}, true) == 4);
}
