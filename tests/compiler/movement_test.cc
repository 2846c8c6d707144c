// Operators that only move bytes, on the accelerator: equal to the kernels on every byte, and none left to the host.
#include <catch2/catch.hpp>
#include <functional>
#include <numeric>

#include "common/graph/builder.h"
#include "compiler/lower/index_map.h"
#include "tests/compiler/on_accelerator.h"

using namespace atl;
using graph::Attributes;
using graph::DType;
using graph::GraphBuilder;
using graph::OpKind;
using graph::Shape;
using test::host_reason_of_last;

namespace {

const graph::Quantization kQuant = graph::per_tensor(0.1f, 3);

using Integers = std::vector<int32_t>;
using test::require_equal;

// One op on an activation of this shape, steered by one-dimensional int32 constants unless they are given a shape.
struct Steering {
  Integers values;
  Shape shape = {};
};

graph::Model one_op(OpKind kind, Attributes attrs, const Shape& shape, const std::vector<Steering>& steering,
                    DType type = DType::kInt8) {
  GraphBuilder builder;
  std::vector<int32_t> inputs{builder.add_input("x", type, shape, kQuant)};
  for (const Steering& one : steering) {
    const Shape of = one.shape.empty() ? Shape{static_cast<int32_t>(one.values.size())} : one.shape;
    inputs.push_back(builder.add_constant("c", of, one.values));
  }
  builder.mark_output(builder.add_op(kind, attrs, inputs, {"y", type, kQuant}));
  return builder.finish();
}

}  // namespace

TEST_CASE("slices on the accelerator") {
  require_equal(one_op(OpKind::kSlice, graph::NoAttrs{}, {2, 5, 7, 3}, {{{0, 1, 2, 1}}, {{2, 3, -1, 2}}}));
  require_equal(one_op(OpKind::kStridedSlice, graph::StridedSliceAttrs{}, {1, 9, 8, 3},
                       {{{0, 1, 7, 0}}, {{1, 9, -9, 3}}, {{1, 3, -2, 1}}}));
  graph::StridedSliceAttrs shrinking;
  shrinking.shrink_axis_mask = 2;
  require_equal(one_op(OpKind::kStridedSlice, shrinking, {3, 4, 5}, {{{0, 2, 0}}, {{3, 3, 5}}, {{2, 1, 2}}}));
  require_equal(one_op(OpKind::kReverse, graph::NoAttrs{}, {2, 5, 4}, {{{1, -1}}}, DType::kUint8));
}

TEST_CASE("repetitions on the accelerator") {
  require_equal(one_op(OpKind::kTile, graph::NoAttrs{}, {2, 3, 1, 5}, {{{2, 3, 4, 2}}}));
  require_equal(one_op(OpKind::kTile, graph::NoAttrs{}, {7}, {{{5}}}, DType::kUint8));
  require_equal(one_op(OpKind::kBroadcastTo, graph::NoAttrs{}, {3, 1, 4}, {{{2, 3, 5, 4}}}));
  require_equal(one_op(OpKind::kTile, graph::NoAttrs{}, {2, 1, 3, 2, 1, 2}, {{{2, 3, 2, 3, 2, 2}}}));
  for (const bool symmetric : {false, true}) {
    require_equal(one_op(OpKind::kMirrorPad, graph::MirrorPadAttrs{symmetric}, {1, 4, 5, 3},
                         {{{0, 0, 2, 3, 1, 2, 2, 0}, {4, 2}}}));
  }
}

TEST_CASE("gathers with constant indices on the accelerator") {
  graph::GatherAttrs attrs;
  attrs.axis = 1;
  require_equal(one_op(OpKind::kGather, attrs, {2, 6, 4}, {{{5, 0, 0, 3, 1, 2}, {2, 3}}}));
  attrs.axis = -1;
  require_equal(one_op(OpKind::kGather, attrs, {3, 300}, {{{299, 150, 0, 7}}}));
}

TEST_CASE("irregular gathers stay on the host") {
  Integers indices;
  for (int32_t i = 0; i < 1200; ++i) indices.push_back((i * i) % 1009);
  const graph::Model model = one_op(OpKind::kGather, graph::GatherAttrs{}, {1009, 2}, {{indices}});
  CHECK_THAT(host_reason_of_last(model),
             Catch::StartsWith("what it shows must be regular: at most 256 copies; it would take "));
}

TEST_CASE("nearest pixels on the accelerator") {
  for (const graph::ResizeAttrs attrs : {graph::ResizeAttrs{false, false}, {true, false}, {false, true}}) {
    for (const Integers& size : {Integers{10, 8}, {7, 9}, {3, 2}, {1, 1}, {31, 29}}) {
      CAPTURE(attrs.align_corners, attrs.half_pixel_centers, size);
      require_equal(one_op(OpKind::kResizeNearestNeighbor, attrs, {2, 5, 4, 3}, {{size}}));
    }
  }
}

TEST_CASE("axes in another order on the accelerator") {
  Integers order(4);
  std::iota(order.begin(), order.end(), 0);
  do {
    CAPTURE(order);
    require_equal(one_op(OpKind::kTranspose, graph::NoAttrs{}, {2, 3, 5, 7}, {{order}}));
  } while (std::next_permutation(order.begin(), order.end()));
  require_equal(one_op(OpKind::kTranspose, graph::NoAttrs{}, {2, 3, 2, 2, 3, 5}, {{{5, 1, 3, 0, 4, 2}}}));
  require_equal(one_op(OpKind::kTranspose, graph::NoAttrs{}, {130, 170}, {{{1, 0}}}, DType::kUint8));
}

TEST_CASE("blocks on the accelerator") {
  for (const DType type : {DType::kInt8, DType::kUint8}) {
    require_equal(one_op(OpKind::kSpaceToDepth, graph::BlockAttrs{3}, {2, 6, 9, 5}, {}, type));
    require_equal(one_op(OpKind::kDepthToSpace, graph::BlockAttrs{2}, {2, 3, 5, 12}, {}, type));
    require_equal(
        one_op(OpKind::kSpaceToBatchNd, graph::NoAttrs{}, {2, 6, 6, 3}, {{{2, 3}}, {{0, 0, 0, 0}, {2, 2}}}, type));
    require_equal(
        one_op(OpKind::kSpaceToBatchNd, graph::NoAttrs{}, {1, 5, 7, 3}, {{{2, 3}}, {{1, 2, 0, 2}, {2, 2}}}, type));
    require_equal(one_op(OpKind::kSpaceToBatchNd, graph::NoAttrs{}, {2, 6, 5}, {{{3}}, {{1, 2}, {1, 2}}}, type));
    require_equal(
        one_op(OpKind::kBatchToSpaceNd, graph::NoAttrs{}, {12, 2, 3, 5}, {{{2, 3}}, {{0, 0, 0, 0}, {2, 2}}}, type));
    require_equal(
        one_op(OpKind::kBatchToSpaceNd, graph::NoAttrs{}, {6, 3, 4, 5}, {{{2, 3}}, {{1, 0, 2, 3}, {2, 2}}}, type));
  }
}

TEST_CASE("parts and wholes on the accelerator, within one segment") {
  GraphBuilder builder;
  const int32_t x = builder.add_input("x", DType::kInt8, {2, 6, 5}, kQuant);
  const auto part = [](std::string name, Shape shape) {
    graph::Tensor tensor;
    tensor.name = std::move(name), tensor.type = DType::kInt8, tensor.shape = std::move(shape), tensor.quant = kQuant;
    return tensor;
  };
  const graph::Output result{"y", DType::kInt8, kQuant};
  const int32_t axis = builder.add_constant<int32_t>("axis", {1}, {1});
  const int32_t halves =
      builder.add_op(OpKind::kSplit, graph::SplitAttrs{2}, {axis, x}, {part("a", {2, 3, 5}), part("b", {2, 3, 5})});
  const int32_t sizes = builder.add_constant<int32_t>("sizes", {3}, {1, 2, 3});
  const int32_t parts = builder.add_op(OpKind::kSplitV, graph::SplitAttrs{3}, {x, sizes, axis},
                                       {part("c", {2, 1, 5}), part("d", {2, 2, 5}), part("e", {2, 3, 5})});
  const int32_t sum = builder.add(halves, parts + 2, {}, result);
  const int32_t packed = builder.add_op(OpKind::kPack, graph::PackAttrs{3, 2}, {sum, halves + 1, parts + 2}, result);
  const int32_t rows =
      builder.add_op(OpKind::kUnpack, graph::UnpackAttrs{2, 0}, {packed}, {part("f", {3, 3, 5}), part("g", {3, 3, 5})});
  const int32_t one = builder.add_constant<int32_t>("one", {1}, {1});
  builder.mark_output(builder.add_op(OpKind::kExpandDims, graph::NoAttrs{}, {rows, one}, result));
  builder.mark_output(rows + 1);
  builder.mark_output(parts + 1);
  require_equal(builder.finish());
}

TEST_CASE("paddings with a value on the accelerator") {
  GraphBuilder builder;
  const int32_t x = builder.add_input("x", DType::kUint8, {1, 4, 3, 2}, kQuant);
  const int32_t paddings = builder.add_constant<int32_t>("p", {4, 2}, {0, 0, 1, 2, 3, 0, 0, 1});
  const int32_t value = builder.add_constant<uint8_t>("v", {1}, {200}, kQuant);
  builder.mark_output(builder.add_op(OpKind::kPadV2, graph::NoAttrs{}, {x, paddings, value},
                                     graph::Output{"y", DType::kUint8, kQuant}));
  require_equal(builder.finish());
}

TEST_CASE("even choices are one copy") {
  using compiler::AxisChoice;
  const auto copies = [](std::vector<int64_t> index, int64_t extent) {
    return compiler::selection_copies({AxisChoice{extent, std::move(index)}});
  };
  CHECK(copies({0, 1, 2, 3}, 4) == 1);
  CHECK(copies({3, 1}, 4) == 1);
  CHECK(copies({0, 0, 1, 1, 2, 2}, 3) == 1);
  CHECK(copies({0, 1, 2, 0, 1, 2}, 3) == 1);
  CHECK(copies({0, 0, 1, 2, 2, 3}, 4) == 3);
  CHECK(copies({2, 1, 0, 1, 2, 3, 2}, 4) == 3);
}
