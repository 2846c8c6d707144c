// Shapes that the operators of movement, selection and constants give, and what they say when they can't.
#include <catch2/catch.hpp>
#include <cstring>

#include "common/graph/shapes.h"

using namespace atl::graph;

namespace {

using Ints = std::vector<int64_t>;

// An operand: its shape, and its values if it is a constant of int64.
struct Operand {
  Shape shape;
  std::optional<Ints> values = std::nullopt;
};
Operand list(Ints values) { return {{static_cast<int32_t>(values.size())}, values}; }
Operand scalar(int64_t value) { return {{}, Ints{value}}; }

Tensor tensor_of(const Operand& operand) {
  Tensor tensor;
  tensor.shape = operand.shape;
  if (!operand.values) return tensor;
  tensor.type = DType::kInt64;
  std::vector<uint8_t> bytes(operand.values->size() * sizeof(int64_t));
  if (!bytes.empty()) std::memcpy(bytes.data(), operand.values->data(), bytes.size());
  tensor.data = make_buffer(std::move(bytes));
  return tensor;
}

// The outputs' shapes ("?": known only as it runs), or the error.
std::string shapes(OpKind kind, Attributes attrs, const std::vector<Operand>& operands, size_t outputs = 1) {
  Subgraph subgraph;
  Op op;
  op.kind = kind, op.attrs = std::move(attrs);
  for (const Operand& operand : operands) {
    op.inputs.push_back(static_cast<int32_t>(subgraph.tensors.size()));
    subgraph.tensors.push_back(tensor_of(operand));
  }
  for (size_t i = 0; i < outputs; ++i) {
    op.outputs.push_back(static_cast<int32_t>(subgraph.tensors.size()));
    subgraph.tensors.emplace_back();
  }
  const auto inferred = infer_shapes(subgraph, op);
  if (!inferred.ok()) return inferred.error().text();
  std::string text;
  for (const auto& shape : *inferred) text += (text.empty() ? "" : ", ") + (shape ? shape_text(*shape) : "?");
  return text;
}
std::string shapes(OpKind kind, const std::vector<Operand>& operands, size_t outputs = 1) {
  return shapes(kind, default_attributes(kind), operands, outputs);
}

const Operand kImage = {{2, 4, 6, 8}};

}  // namespace

TEST_CASE("shapes of parts") {
  CHECK(shapes(OpKind::kSplit, SplitAttrs{3}, {scalar(2), kImage}, 3) == "2x4x2x8, 2x4x2x8, 2x4x2x8");
  CHECK(shapes(OpKind::kSplit, SplitAttrs{2}, {{{}}, kImage}, 2) == "?, ?");
  CHECK(shapes(OpKind::kSplit, SplitAttrs{4}, {scalar(2), kImage}, 4) ==
        "axis 2 of its input 2x4x6x8 can't be split into 4 equal parts");
  CHECK(shapes(OpKind::kSplit, SplitAttrs{2}, {scalar(1), kImage}, 3) == "it has 3 outputs, and its attribute says 2");
  CHECK(shapes(OpKind::kSplit, SplitAttrs{2}, {list({1, 1}), kImage}, 2) == "its axis has 2 elements; 1 is needed");
  CHECK(shapes(OpKind::kSplitV, SplitAttrs{2}, {kImage, list({1, -1}), scalar(-1)}, 2) == "2x4x6x1, 2x4x6x7");
  CHECK(shapes(OpKind::kSplitV, SplitAttrs{2}, {kImage, list({1, 2}), scalar(3)}, 2) ==
        "its parts 1, 2 do not add up to 8 elements");
  CHECK(shapes(OpKind::kSplitV, SplitAttrs{2}, {kImage, list({9, -1}), scalar(3)}, 2) ==
        "it asks for a part of 9 of 8 elements");
  CHECK(shapes(OpKind::kPack, PackAttrs{2, -1}, {{{3, 5}}, {{3, 5}}}) == "3x5x2");
  CHECK(shapes(OpKind::kPack, PackAttrs{2, 0}, {{{3, 5}}, {{3, 4}}}) ==
        "its inputs have shapes 3x5 and 3x4; all must have one");
  CHECK(shapes(OpKind::kPack, PackAttrs{1, 3}, {{{3, 5}}}) == "its axis 3 is outside the 3 axes of its output of 3x5");
  CHECK(shapes(OpKind::kUnpack, UnpackAttrs{4, 1}, {kImage}, 4) == "2x6x8, 2x6x8, 2x6x8, 2x6x8");
  CHECK(shapes(OpKind::kUnpack, UnpackAttrs{3, 1}, {kImage}, 3) ==
        "axis 1 of its input 2x4x6x8 does not have the 3 elements that its attribute says");
  CHECK(shapes(OpKind::kSlice, {{{5, 6}}, list({1, 2}), list({3, -1})}) == "3x4");
  CHECK(shapes(OpKind::kSlice, {{{5, 6}}, list({1, 2}), list({3, 5})}) ==
        "it takes 5 elements from 2 on of axis 1 of its input 5x6");
  CHECK(shapes(OpKind::kSlice, {{{5, 6}}, list({1}), list({3})}) ==
        "it has 1 begins and 1 sizes for the 2 axes of its input");
}

TEST_CASE("shapes of strided slices") {
  const auto sliced = [](StridedSliceAttrs attrs, Ints begin, Ints end, Ints stride) {
    return shapes(OpKind::kStridedSlice, attrs, {{{5, 6}}, list(begin), list(end), list(stride)});
  };
  CHECK(sliced({}, {1, 0}, {5, 6}, {2, 4}) == "2x2");
  CHECK(sliced({}, {-1, 5}, {0, -7}, {-1, -2}) == "4x3");
  CHECK(sliced({}, {3}, {100}, {1}) == "2x6");
  StridedSliceAttrs attrs;
  attrs.begin_mask = attrs.end_mask = 1, attrs.shrink_axis_mask = 2;
  CHECK(sliced(attrs, {9, 3}, {9, 4}, {1, 1}) == "5");
  attrs = {}, attrs.ellipsis_mask = 1, attrs.new_axis_mask = 2;
  CHECK(sliced(attrs, {0, 0, 1}, {0, 0, 3}, {1, 1, 1}) == "5x1x2");
  attrs = {}, attrs.offset = true;
  CHECK(sliced(attrs, {1, 1}, {2, INT64_MAX}, {1, 1}) == "2x5");
  CHECK(sliced({}, {0, 0}, {5, 6}, {1, 0}) == "it has a stride of 0");
  CHECK(sliced({}, {0, 0}, {5}, {1, 1}) == "it has 2 begins, 1 ends and 2 strides");
  CHECK(sliced({}, {0, 0, 0}, {1, 1, 1}, {1, 1, 1}) == "it takes more axes than its input 5x6 has");
  attrs = {}, attrs.ellipsis_mask = 3;
  CHECK(sliced(attrs, {0, 0}, {0, 0}, {1, 1}) == "it has several ellipses");
  attrs = {}, attrs.shrink_axis_mask = 1;
  CHECK(sliced(attrs, {5}, {6}, {1}) == "it takes element 5 of an axis of 5");
}

TEST_CASE("shapes of what is picked by index, or reduced to the best") {
  CHECK(shapes(OpKind::kGather, GatherAttrs{1, 0}, {kImage, {{3, 5}}}) == "2x3x5x6x8");
  CHECK(shapes(OpKind::kGather, GatherAttrs{2, 1}, {kImage, {{2, 5}}}) == "2x4x5x8");
  CHECK(shapes(OpKind::kGather, GatherAttrs{2, 1}, {kImage, {{3, 5}}}) ==
        "its input 2x4x6x8 and indices 3x5 do not share 1 axes before axis 2");
  CHECK(shapes(OpKind::kGather, GatherAttrs{4, 0}, {kImage, {{3}}}) ==
        "its axis 4 is outside the 4 axes of its input 2x4x6x8");
  CHECK(shapes(OpKind::kGatherNd, {kImage, {{7, 2}}}) == "7x6x8");
  CHECK(shapes(OpKind::kGatherNd, {{{3}}, {{7, 2}}}) == "its indices 7x2 are too long for its input 3");
  CHECK(shapes(OpKind::kScatterNd, {{{7, 1}}, {{7, 4}}, list({9, 4})}) == "9x4");
  CHECK(shapes(OpKind::kScatterNd, {{{7, 1}}, {{7, 5}}, list({9, 4})}) ==
        "its updates have shape 7x5; its indices 7x1 and shape 9x4 need 7x4");
  CHECK(shapes(OpKind::kScatterNd, {{{7, 3}}, {{7}}, list({9, 4})}) ==
        "its indices 7x3 are too long for its shape 9x4");
  CHECK(shapes(OpKind::kArgMax, {kImage, scalar(-1)}) == "2x4x6");
  CHECK(shapes(OpKind::kArgMin, {{{2, 0}}, scalar(1)}) == "its axis 1 of 2x0 is empty");
  CHECK(shapes(OpKind::kTopK, {kImage, scalar(3)}, 2) == "2x4x6x3, 2x4x6x3");
  CHECK(shapes(OpKind::kTopK, {kImage, {{}}}, 2) == "?, ?");
  CHECK(shapes(OpKind::kTopK, {kImage, scalar(9)}, 2) == "it asks for the 9 largest of 8 values");
  CHECK(shapes(OpKind::kTopK, {{{}}, scalar(1)}, 2) == "its input is a scalar; at least one axis is needed");
}

TEST_CASE("shapes of the same elements in other places") {
  CHECK(shapes(OpKind::kTranspose, {kImage, list({0, 3, 1, 2})}) == "2x8x4x6");
  CHECK(shapes(OpKind::kTranspose, {kImage, list({0, 3, 1, 1})}) ==
        "its permutation (0, 3, 1, 1) does not have each axis of its input 2x4x6x8 once");
  CHECK(shapes(OpKind::kExpandDims, {kImage, scalar(-1)}) == "2x4x6x8x1");
  CHECK(shapes(OpKind::kExpandDims, {{{3}}, scalar(2)}) == "its axis 2 is outside the 2 axes of its output of 3");
  CHECK(shapes(OpKind::kTile, {{{2, 3}}, list({4, 0})}) == "8x0");
  CHECK(shapes(OpKind::kTile, {{{2, 3}}, list({4})}) == "it has 1 multiples for the 2 axes of its input");
  CHECK(shapes(OpKind::kTile, {{{2, 3}}, list({4, -1})}) == "one of its multiples is -1");
  CHECK(shapes(OpKind::kTile, {{{3}}, list({INT32_MAX})}) == "it would make an axis of 6442450941 elements");
  CHECK(shapes(OpKind::kBroadcastTo, {{{3, 1}}, list({2, 3, 4})}) == "2x3x4");
  CHECK(shapes(OpKind::kBroadcastTo, {{{3, 4}}, list({3, 1})}) == "its input 3x4 can't be broadcast to 3x1");
  CHECK(shapes(OpKind::kResizeBilinear, {kImage, list({5, 7})}) == "2x5x7x8");
  CHECK(shapes(OpKind::kResizeNearestNeighbor, {kImage, list({5, 0})}) ==
        "its size is 5x0; height and width of 1 or more are needed");
  CHECK(shapes(OpKind::kResizeBilinear, ResizeAttrs{true, true}, {kImage, list({5, 7})}) ==
        "it asks for aligned corners and half-pixel centres; only one can be");
  CHECK(shapes(OpKind::kDepthToSpace, BlockAttrs{2}, {kImage}) == "2x8x12x2");
  CHECK(shapes(OpKind::kDepthToSpace, BlockAttrs{3}, {kImage}) ==
        "the 8 channels of its input are not a multiple of its block 3 squared");
  CHECK(shapes(OpKind::kSpaceToDepth, BlockAttrs{2}, {kImage}) == "2x2x3x32");
  CHECK(shapes(OpKind::kSpaceToDepth, BlockAttrs{4}, {kImage}) == "its input 2x4x6x8 can't be cut into blocks of 4");
  CHECK(shapes(OpKind::kSpaceToDepth, BlockAttrs{0}, {kImage}) == "its block size is 0; it must be at least 1");
  const Operand none = {{2, 2}, Ints{0, 0, 0, 0}};
  CHECK(shapes(OpKind::kSpaceToBatchNd, {kImage, list({2, 3}), none}) == "12x2x2x8");
  CHECK(shapes(OpKind::kSpaceToBatchNd, {kImage, list({3, 3}), none}) ==
        "axis 1 of its input has 4 elements with its paddings, not a multiple of its block size 3");
  CHECK(shapes(OpKind::kSpaceToBatchNd, {kImage, list({2, 0}), none}) == "it has a block size of 0");
  CHECK(shapes(OpKind::kSpaceToBatchNd, {kImage, list({2}), none}) ==
        "it has 1 block sizes and 4 paddings for its input 2x4x6x8");
  CHECK(shapes(OpKind::kBatchToSpaceNd, {{{12, 2, 2, 8}}, list({2, 3}), {{2, 2}, Ints{0, 1, 2, 0}}}) == "2x3x4x8");
  CHECK(shapes(OpKind::kBatchToSpaceNd, {kImage, list({2, 3}), none}) ==
        "the batch of its input 2x4x6x8 is not a multiple of its block sizes");
  CHECK(shapes(OpKind::kBatchToSpaceNd, {kImage, list({2, 1}), {{2, 2}, Ints{-1, 0, 0, 0}}}) ==
        "one of its crops is -1");
  const Operand border = {{1, 2}, Ints{3, 2}};
  CHECK(shapes(OpKind::kMirrorPad, MirrorPadAttrs{true}, {{{3}}, border}) == "8");
  CHECK(shapes(OpKind::kMirrorPad, MirrorPadAttrs{false}, {{{3}}, border}) ==
        "it pads axis 0 of its input 3 by 3 and 2; both must be 0 to 2 and the result below 2^31");
}

TEST_CASE("shapes of constants and of shapes") {
  CHECK(shapes(OpKind::kShape, {kImage}) == "4");
  CHECK(shapes(OpKind::kRank, {kImage}) == "scalar");
  CHECK(shapes(OpKind::kBroadcastArgs, {{{3}}, {{5}}}) == "5");
  CHECK(shapes(OpKind::kBroadcastArgs, {{{3}}, {{5, 1}}}) == "its shape 1 has 2 axes; 1 is needed");
  CHECK(shapes(OpKind::kFill, {list({2, 3}), {{}}}) == "2x3");
  CHECK(shapes(OpKind::kFill, {list({2, -3}), {{}}}) == "it would make an axis of -3 elements");
  CHECK(shapes(OpKind::kFill, {list({1 << 20, 1 << 20}), {{}}}) ==
        "its output would have shape 1048576x1048576; a tensor may have 2147483647 elements");
  CHECK(shapes(OpKind::kOneHot, OneHotAttrs{1}, {{{3, 4}}, scalar(7), {{}}, {{}}}) == "3x7x4");
  CHECK(shapes(OpKind::kOneHot, {{{3}}, list({7, 7}), {{}}, {{}}}) == "its depth has 2 elements; 1 is needed");
  CHECK(shapes(OpKind::kRange, {scalar(0), scalar(7), scalar(3)}) == "3");
  CHECK(shapes(OpKind::kRange, {scalar(7), scalar(0), scalar(-3)}) == "3");
  CHECK(shapes(OpKind::kRange, {scalar(0), scalar(7), scalar(-3)}) == "it goes from 0 to 7 in steps of -3");
  CHECK(shapes(OpKind::kRange, {scalar(0), scalar(7), list({1, 1})}) ==
        "its start, limit or delta has shape 2; one element is needed");
  CHECK(shapes(OpKind::kRange, {scalar(0), scalar(7), {{}}}) == "its start, limit and delta are of different types");
  CHECK(shapes(OpKind::kRange, {scalar(INT64_MIN), scalar(INT64_MAX), scalar(1)}) ==
        "it would make an axis of 2147483648 elements");
}

TEST_CASE("shapes of choices, products and layers with state") {
  CHECK(shapes(OpKind::kSelect, {{{2}}, {{2, 3}}, {{2, 3}}}) == "2x3");
  CHECK(shapes(OpKind::kSelect, {{{3}}, {{2, 3}}, {{2, 3}}}) ==
        "its condition has shape 3; its operands' shape 2x3, one element, or one a row are needed");
  CHECK(shapes(OpKind::kSelect, {{{2}}, {{2, 3}}, {{3}}}) == "its operands have shapes 2x3 and 3; both must have one");
  CHECK(shapes(OpKind::kSelectV2, {{{2, 1}}, {{3}}, {{}}}) == "2x3");
  CHECK(shapes(OpKind::kSelectV2, {{{2}}, {{3}}, {{}}}) == "its operands 2 and 3 can't be broadcast to one shape");
  CHECK(shapes(OpKind::kBatchMatMul, BatchMatMulAttrs{true, false, false}, {{{5, 1, 3, 2}}, {{4, 3, 6}}}) == "5x4x2x6");
  CHECK(shapes(OpKind::kBatchMatMul, {{{3, 2}}, {{3, 6}}}) ==
        "its operands 3x2 and 3x6 have 2 and 3 elements to sum over");
  CHECK(shapes(OpKind::kBatchMatMul, {{{3}}, {{3, 6}}}) == "its operands are 3 and 3x6; both need two axes or more");
  TransposeConvAttrs attrs;
  attrs.stride_h = attrs.stride_w = 2;
  const Operand filter = {{5, 3, 3, 8}};
  CHECK(shapes(OpKind::kTransposeConv, attrs, {list({2, 8, 12, 5}), filter, kImage}) == "2x8x12x5");
  CHECK(shapes(OpKind::kTransposeConv, attrs, {list({2, 9, 12, 5}), filter, kImage}) ==
        "its output shape 2x9x12x5 does not belong to its input 2x4x6x8, filter 5x3x3x8, padding and stride");
  CHECK(shapes(OpKind::kTransposeConv, attrs, {list({2, 8, 12}), filter, kImage}) ==
        "its output shape has 3 extents; 4 are needed");
  CHECK(shapes(OpKind::kTransposeConv, attrs, {list({2, 0, 12, 5}), filter, kImage}) ==
        "its output shape is 2x0x12x5; there is nothing to compute");
  CHECK(shapes(OpKind::kSvdf, SvdfAttrs{2}, {{{4, 9}}, {{6, 9}}}) == "4x3");
  CHECK(shapes(OpKind::kSvdf, SvdfAttrs{4}, {{{4, 9}}, {{6, 9}}}) == "its 6 filters are not a multiple of its rank 4");
  CHECK(shapes(OpKind::kSvdf, SvdfAttrs{0}, {{{4, 9}}, {{6, 9}}}) == "its rank is 0; it must be at least 1");
  CHECK(shapes(OpKind::kLocalResponseNormalization, LrnAttrs{-1, 0, 0, 0}, {kImage}) ==
        "its radius is -1; it must be 0 or more");
  UnidirectionalLstmAttrs lstm;
  lstm.cell_clip = -1;
  CHECK(shapes(OpKind::kUnidirectionalSequenceLstm, lstm, {{{1, 2, 3}}}) ==
        "it clips the cell at -1 and the projection at 0; both must be 0 or more");
}
