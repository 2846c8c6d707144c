// Operators that put elements to other places, each against its definition: which element of which input an output
// element is.
#include <numeric>

#include "tests/kernels/indices.h"
#include "tests/kernels/one_op.h"

using namespace atl;
using namespace atl::kernels;
using namespace atl::kernels::test;
using graph::DType;
using graph::OpKind;
using graph::Shape;

namespace {

Shape random_shape(Draw& draw, int least, int most, int extent = 5) {
  Shape shape;
  for (int rank = draw.range(least, most); rank > 0; --rank) shape.push_back(draw.range(1, extent));
  return shape;
}

// An operator on one data tensor, run on elements 0, 1, 2, ... of int16 and, as a check of other element sizes, of
// int64 and int8; `source(place)` is the place in the input that an output element comes from, an empty one for a zero.
struct Moved {
  OpKind kind;
  graph::Attributes attrs;
  Shape input;
  std::vector<std::vector<int32_t>> controls;  // constants behind the input
  std::vector<Shape> control_shapes;
};

template <typename T, typename Source>
void check_typed(const Moved& moved, const Source& source) {
  graph::GraphBuilder b;
  const graph::Quantization quant =
      graph::is_quantized_activation(type_of<T>()) ? graph::per_tensor(1.0f, 0) : graph::Quantization{};
  std::vector<int32_t> operands{b.add_input("x", type_of<T>(), moved.input, quant)};
  for (size_t i = 0; i < moved.controls.size(); ++i) {
    operands.push_back(b.add_constant(fmt::format("c{}", i), moved.control_shapes[i], moved.controls[i]));
  }
  const int32_t y = b.add_op(moved.kind, moved.attrs, operands, graph::Output{"y", type_of<T>(), quant});
  const Shape out = b.tensor(y).shape;
  b.mark_output(y);
  std::vector<T> x(static_cast<size_t>(graph::num_elements(moved.input)));
  std::iota(x.begin(), x.end(), T{1});
  const auto got = values_of<T>(run_model(b.finish(), {bytes_of(x)})[0]);
  REQUIRE(got.size() == static_cast<size_t>(graph::num_elements(out)));
  for_each_place(out, [&](const Place& place) {
    const Place from = source(place);
    const T wanted = from.size() == moved.input.size() ? x[flat(moved.input, from)] : T{0};
    REQUIRE(got[flat(out, place)] == wanted);
  });
}

template <typename Source>
void check(const Moved& moved, const Source& source) {
  check_typed<int16_t>(moved, source);
  check_typed<int8_t>(moved, source);
  check_typed<int64_t>(moved, source);
}

Shape list_of(const std::vector<int32_t>& values) { return {static_cast<int32_t>(values.size())}; }

}  // namespace

TEST_CASE("TRANSPOSE exchanges axes, up to six, negative ones too") {
  Draw draw(1);
  for (int round = 0; round < 60; ++round) {
    const Shape shape = random_shape(draw, 1, 6, 4);
    std::vector<int32_t> order(shape.size());
    std::iota(order.begin(), order.end(), 0);
    for (size_t i = order.size(); i-- > 1;)
      std::swap(order[i], order[static_cast<size_t>(draw.range(0, static_cast<int>(i)))]);
    auto stated = order;
    if (draw.range(0, 1) != 0) stated[0] -= static_cast<int32_t>(shape.size());
    check({OpKind::kTranspose, graph::NoAttrs{}, shape, {stated}, {list_of(stated)}}, [&](const Place& place) {
      Place from(place.size());
      for (size_t i = 0; i < place.size(); ++i) from[static_cast<size_t>(order[i])] = place[i];
      return from;
    });
  }
}

TEST_CASE("TRANSPOSE of a matrix larger than a tile") {
  check({OpKind::kTranspose, graph::NoAttrs{}, {3, 70, 65}, {{0, 2, 1}}, {{3}}}, [](const Place& place) {
    return Place{place[0], place[2], place[1]};
  });
}

TEST_CASE("REVERSE_V2, TILE, BROADCAST_TO") {
  Draw draw(2);
  for (int round = 0; round < 40; ++round) {
    const Shape shape = random_shape(draw, 1, 4);
    const auto rank = static_cast<int32_t>(shape.size());
    const int32_t axis = draw.range(0, rank - 1);
    check({OpKind::kReverse, graph::NoAttrs{}, shape, {{axis - rank}}, {{1}}}, [&](Place place) {
      auto& index = place[static_cast<size_t>(axis)];
      index = shape[static_cast<size_t>(axis)] - 1 - index;
      return place;
    });
    std::vector<int32_t> times;
    for (int32_t i = 0; i < rank; ++i) times.push_back(draw.range(1, 3));
    check({OpKind::kTile, graph::NoAttrs{}, shape, {times}, {list_of(times)}}, [&](Place place) {
      for (size_t i = 0; i < place.size(); ++i) place[i] %= shape[i];
      return place;
    });
    Shape narrow = shape;
    std::vector<int32_t> wide{draw.range(1, 3)};
    for (int32_t& extent : narrow) {
      if (draw.range(0, 1) != 0) extent = 1;
      wide.push_back(extent == 1 ? draw.range(1, 4) : extent);
    }
    check({OpKind::kBroadcastTo, graph::NoAttrs{}, narrow, {wide}, {list_of(wide)}}, [&](const Place& place) {
      Place from(place.begin() + 1, place.end());
      for (size_t i = 0; i < from.size(); ++i) from[i] = narrow[i] == 1 ? 0 : from[i];
      return from;
    });
  }
}

TEST_CASE("SLICE takes a box") {
  Draw draw(3);
  for (int round = 0; round < 60; ++round) {
    const Shape shape = random_shape(draw, 1, 5);
    std::vector<int32_t> begin, size;
    for (const int32_t extent : shape) {
      begin.push_back(draw.range(0, extent - 1));
      size.push_back(draw.range(0, 3) == 0 ? -1 : draw.range(1, extent - begin.back()));
    }
    check({OpKind::kSlice, graph::NoAttrs{}, shape, {begin, size}, {list_of(begin), list_of(size)}}, [&](Place place) {
      for (size_t i = 0; i < place.size(); ++i) place[i] += begin[i];
      return place;
    });
  }
}

TEST_CASE("STRIDED_SLICE: strides of both signs, masks, shrunk and new axes, an ellipsis") {
  const Shape shape{4, 5, 6};
  const auto strided = [&](std::vector<int32_t> begin, std::vector<int32_t> end, std::vector<int32_t> stride,
                           graph::StridedSliceAttrs attrs) {
    return Moved{
        OpKind::kStridedSlice, attrs, shape, {begin, end, stride}, {list_of(begin), list_of(end), list_of(stride)}};
  };
  // x[1:3, ::-2, -1:0:-3]
  graph::StridedSliceAttrs attrs;
  attrs.begin_mask = 2, attrs.end_mask = 2;
  check(strided({1, 0, -1}, {3, 0, 0}, {1, -2, -3}, attrs), [](const Place& place) {
    return Place{1 + place[0], 4 - 2 * place[1], 5 - 3 * place[2]};
  });
  // x[2, ..., newaxis, 1:6:2]
  attrs = {};
  attrs.shrink_axis_mask = 1, attrs.ellipsis_mask = 2, attrs.new_axis_mask = 4;
  check(strided({2, 0, 0, 1}, {3, 0, 0, 6}, {1, 1, 1, 2}, attrs), [](const Place& place) {
    return Place{2, place[0], 1 + 2 * place[2]};
  });
  // x[0:2] by an offset
  attrs = {};
  attrs.offset = true;
  check(strided({1}, {2}, {1}, attrs), [](Place place) {
    place[0] += 1;
    return place;
  });
}

TEST_CASE("SPACE_TO_DEPTH and DEPTH_TO_SPACE undo each other") {
  const graph::BlockAttrs attrs{2};
  check({OpKind::kSpaceToDepth, attrs, {2, 4, 6, 3}, {}, {}}, [](const Place& place) {
    const int32_t block = place[3] / 3;
    return Place{place[0], place[1] * 2 + block / 2, place[2] * 2 + block % 2, place[3] % 3};
  });
  check({OpKind::kDepthToSpace, attrs, {2, 2, 3, 12}, {}, {}}, [](const Place& place) {
    return Place{place[0], place[1] / 2, place[2] / 2, (place[1] % 2 * 2 + place[2] % 2) * 3 + place[3]};
  });
}

TEST_CASE("SPACE_TO_BATCH_ND pads and BATCH_TO_SPACE_ND crops") {
  const std::vector<int32_t> blocks{2, 3}, paddings{1, 0, 0, 2};  // 3x4 becomes 4x6
  check({OpKind::kSpaceToBatchNd, graph::NoAttrs{}, {2, 3, 4, 2}, {blocks, paddings}, {{2}, {2, 2}}},
        [](const Place& place) {
          const int32_t block = place[0] / 2;
          const Place from{place[0] % 2, place[1] * 2 + block / 3 - 1, place[2] * 3 + block % 3, place[3]};
          return from[1] >= 0 && from[2] < 4 ? from : Place{};
        });
  const std::vector<int32_t> crops{1, 0, 0, 2};
  check({OpKind::kBatchToSpaceNd, graph::NoAttrs{}, {12, 2, 2, 2}, {blocks, crops}, {{2}, {2, 2}}},
        [](const Place& place) {
          const int32_t y = place[1] + 1, x = place[2];
          return Place{(y % 2 * 3 + x % 3) * 2 + place[0], y / 2, x / 3, place[3]};
        });
}

TEST_CASE("MIRROR_PAD shows the inside from the border on, or from next to it") {
  const std::vector<int32_t> paddings{1, 2, 0, 0, 3, 1};
  for (const bool symmetric : {false, true}) {
    check({OpKind::kMirrorPad, graph::MirrorPadAttrs{symmetric}, {3, 2, 4}, {paddings}, {{3, 2}}}, [&](Place place) {
      const Shape shape{3, 2, 4};
      for (size_t i = 0; i < 3; ++i) {
        int32_t at = place[i] - paddings[2 * i];
        if (at < 0) at = symmetric ? -at - 1 : -at;
        if (at >= shape[i]) at = symmetric ? 2 * shape[i] - 1 - at : 2 * shape[i] - 2 - at;
        place[i] = at;
      }
      return place;
    });
  }
}
