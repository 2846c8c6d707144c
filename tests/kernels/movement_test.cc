// Operators that put elements to other places, each against its definition: which element of which input an output
// element is.
#include <numeric>

#include "common/kernels/registry.h"
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

// An operator on one data tensor, run on elements 0, 1, 2, ... of int16 and, as a check of other element sizes, of int64
// and int8; `source(place)` is the place in the input that an output element comes from, an empty one for a zero.
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
    for (size_t i = order.size(); i-- > 1;) std::swap(order[i], order[static_cast<size_t>(draw.range(0, static_cast<int>(i)))]);
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
  check({OpKind::kTranspose, graph::NoAttrs{}, {3, 70, 65}, {{0, 2, 1}}, {{3}}},
        [](const Place& place) { return Place{place[0], place[2], place[1]}; });
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
    return Moved{OpKind::kStridedSlice, attrs, shape, {begin, end, stride}, {list_of(begin), list_of(end), list_of(stride)}};
  };
  // x[1:3, ::-2, -1:0:-3]
  graph::StridedSliceAttrs attrs;
  attrs.begin_mask = 2, attrs.end_mask = 2;
  check(strided({1, 0, -1}, {3, 0, 0}, {1, -2, -3}, attrs),
        [](const Place& place) { return Place{1 + place[0], 4 - 2 * place[1], 5 - 3 * place[2]}; });
  // x[2, ..., newaxis, 1:6:2]
  attrs = {};
  attrs.shrink_axis_mask = 1, attrs.ellipsis_mask = 2, attrs.new_axis_mask = 4;
  check(strided({2, 0, 0, 1}, {3, 0, 0, 6}, {1, 1, 1, 2}, attrs),
        [](const Place& place) { return Place{2, place[0], 1 + 2 * place[2]}; });
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

namespace {

std::vector<graph::Tensor> tensors(DType type, const std::vector<Shape>& shapes) {
  std::vector<graph::Tensor> list(shapes.size());
  for (size_t i = 0; i < shapes.size(); ++i) {
    list[i].name = fmt::format("y{}", i), list[i].type = type, list[i].shape = shapes[i], list[i].has_rank = true;
  }
  return list;
}

}  // namespace

TEST_CASE("SPLIT, SPLIT_V, UNPACK take an axis apart, PACK joins") {
  graph::GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kInt32, {2, 6});
  const int32_t axis = b.add_constant<int32_t>("axis", {}, {-1});
  const int32_t sizes = b.add_constant<int32_t>("sizes", {2}, {1, -1});
  const int32_t halves = b.add_op(OpKind::kSplit, graph::SplitAttrs{2}, {axis, x}, tensors(DType::kInt32, {{2, 3}, {2, 3}}));
  const int32_t parts =
      b.add_op(OpKind::kSplitV, graph::SplitAttrs{2}, {x, sizes, axis}, tensors(DType::kInt32, {{2, 1}, {2, 5}}));
  const int32_t rows = b.add_op(OpKind::kUnpack, graph::UnpackAttrs{2, 0}, {x}, tensors(DType::kInt32, {{6}, {6}}));
  const int32_t joined =
      b.add_op(OpKind::kPack, graph::PackAttrs{2, 1}, {rows, rows + 1}, graph::Output{"p", DType::kInt32});
  for (const int32_t tensor : {halves, halves + 1, parts, parts + 1, rows + 1, joined}) b.mark_output(tensor);
  const std::vector<int32_t> values{0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15};
  const auto outputs = run_model(b.finish(), {bytes_of(values)});
  CHECK(values_of<int32_t>(outputs[0]) == std::vector<int32_t>{0, 1, 2, 10, 11, 12});
  CHECK(values_of<int32_t>(outputs[1]) == std::vector<int32_t>{3, 4, 5, 13, 14, 15});
  CHECK(values_of<int32_t>(outputs[2]) == std::vector<int32_t>{0, 10});
  CHECK(values_of<int32_t>(outputs[3]) == std::vector<int32_t>{1, 2, 3, 4, 5, 11, 12, 13, 14, 15});
  CHECK(values_of<int32_t>(outputs[4]) == std::vector<int32_t>{10, 11, 12, 13, 14, 15});
  CHECK(values_of<int32_t>(outputs[5]) == std::vector<int32_t>{0, 10, 1, 11, 2, 12, 3, 13, 4, 14, 5, 15});
}

TEST_CASE("DYNAMIC_UPDATE_SLICE moves its update inside") {
  graph::GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kInt32, {3, 3});
  const int32_t update = b.add_input("u", DType::kInt32, {2, 1});
  const int32_t begin = b.add_input("b", DType::kInt32, {2});
  b.mark_output(b.add_op(OpKind::kDynamicUpdateSlice, graph::NoAttrs{}, {x, update, begin}, graph::Output{"y", DType::kInt32}));
  const graph::Model model = b.finish();
  const auto run = [&](std::vector<int32_t> at) {
    const std::vector<int32_t> zeros(9, 0);
    return values_of<int32_t>(run_model(model, {bytes_of(zeros), bytes_of(std::vector<int32_t>{7, 8}), bytes_of(at)})[0]);
  };
  CHECK(run({0, 1}) == std::vector<int32_t>{0, 7, 0, 0, 8, 0, 0, 0, 0});
  CHECK(run({9, -4}) == std::vector<int32_t>{0, 0, 0, 7, 0, 0, 8, 0, 0});
}

TEST_CASE("GATHER with batches, GATHER_ND, and indices that are out of range") {
  graph::GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kInt32, {2, 3, 2});
  const int32_t which = b.add_input("i", DType::kInt64, {2, 2});
  graph::GatherAttrs attrs;
  attrs.axis = 1, attrs.batch_dims = 1;
  b.mark_output(b.add_op(OpKind::kGather, attrs, {x, which}, graph::Output{"y", DType::kInt32}));
  b.mark_output(b.add_op(OpKind::kGatherNd, graph::NoAttrs{}, {x, which}, graph::Output{"z", DType::kInt32}));
  const graph::Model model = b.finish();
  const std::vector<int32_t> values{0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15};
  const auto outputs = run_model(model, {bytes_of(values), bytes_of(std::vector<int64_t>{1, 2, 1, 0})});
  CHECK(values_of<int32_t>(outputs[0]) == std::vector<int32_t>{2, 3, 4, 5, 12, 13, 10, 11});
  CHECK(values_of<int32_t>(outputs[1]) == std::vector<int32_t>{14, 15, 10, 11});
  auto interpreter = Interpreter::create(model);
  REQUIRE(interpreter.ok());
  interpreter->set_input(0, bytes_of(values));
  interpreter->set_input(1, bytes_of(std::vector<int64_t>{1, 3, 0, 0}));
  const Status status = interpreter->invoke();
  REQUIRE_FALSE(status.ok());
  CHECK(status.error().text() == "GATHER #0 'y': index 3 is outside an axis of 3 elements");
}

TEST_CASE("FILL, ONE_HOT, SHAPE, RANK, BROADCAST_ARGS") {
  graph::GraphBuilder b;
  const int32_t value = b.add_input("v", DType::kInt16, {});
  const int32_t which = b.add_input("i", DType::kInt32, {2, 2});
  const int32_t extents = b.add_constant<int32_t>("s", {2}, {2, 3});
  const int32_t depth = b.add_constant<int32_t>("d", {}, {3});
  const int32_t on = b.add_constant<int32_t>("on", {}, {5}), off = b.add_constant<int32_t>("off", {}, {-1});
  const int32_t other = b.add_constant<int32_t>("t", {3}, {4, 1, 1});
  b.mark_output(b.add_op(OpKind::kFill, graph::NoAttrs{}, {extents, value}, graph::Output{"f", DType::kInt16}));
  b.mark_output(b.add_op(OpKind::kOneHot, graph::OneHotAttrs{1}, {which, depth, on, off}, graph::Output{"h", DType::kInt32}));
  b.mark_output(b.add_op(OpKind::kShape, graph::OutputTypeAttrs{DType::kInt64}, {which}, graph::Output{"e", DType::kInt64}));
  b.mark_output(b.add_op(OpKind::kRank, graph::NoAttrs{}, {which}, graph::Output{"r", DType::kInt32}));
  b.mark_output(b.add_op(OpKind::kBroadcastArgs, graph::NoAttrs{}, {extents, other}, graph::Output{"a", DType::kInt32}));
  const auto outputs =
      run_model(b.finish(), {bytes_of(std::vector<int16_t>{-9}), bytes_of(std::vector<int32_t>{0, 2, 7, 1})});
  CHECK(values_of<int16_t>(outputs[0]) == std::vector<int16_t>(6, -9));
  CHECK(values_of<int32_t>(outputs[1]) == std::vector<int32_t>{5, -1, -1, -1, -1, 5, -1, -1, -1, 5, -1, -1});
  CHECK(values_of<int64_t>(outputs[2]) == std::vector<int64_t>{2, 2});
  CHECK(values_of<int32_t>(outputs[3]) == std::vector<int32_t>{2});
  CHECK(values_of<int32_t>(outputs[4]) == std::vector<int32_t>{4, 2, 3});
}

TEST_CASE("int4 is moved element by element, also where rows begin within a byte") {
  graph::GraphBuilder b;
  const auto quant = graph::per_tensor(1.0f, 0);
  const int32_t x = b.add_input("x", DType::kInt4, {2, 3}, quant);
  const int32_t order = b.add_constant<int32_t>("o", {2}, {1, 0});
  const int32_t begin = b.add_constant<int32_t>("b", {2}, {0, 1}), size = b.add_constant<int32_t>("s", {2}, {2, 2});
  b.mark_output(b.add_op(OpKind::kTranspose, graph::NoAttrs{}, {x, order}, graph::Output{"y", DType::kInt4, quant}));
  b.mark_output(b.add_op(OpKind::kSlice, graph::NoAttrs{}, {x, begin, size}, graph::Output{"z", DType::kInt4, quant}));
  const auto outputs = run_model(b.finish(), {Bytes{0x21, 0x43, 0x65}});  // 1 2 3; 4 5 6
  CHECK(outputs[0] == Bytes{0x41, 0x52, 0x63});
  CHECK(outputs[1] == Bytes{0x32, 0x65});
}

TEST_CASE("steering operands known only at run: shapes follow, and what leads to none is refused") {
  graph::GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kInt32, {4});
  const int32_t begin = b.add_input("b", DType::kInt32, {1}), size = b.add_input("s", DType::kInt32, {1});
  b.mark_output(b.add_op(OpKind::kSlice, graph::NoAttrs{}, {x, begin, size}, tensors(DType::kInt32, {{2}})));
  const graph::Model model = b.finish();
  auto interpreter = Interpreter::create(model);
  REQUIRE(interpreter.ok());
  const auto run = [&](int32_t from, int32_t count) {
    interpreter->set_input(0, bytes_of(std::vector<int32_t>{1, 2, 3, 4}));
    interpreter->set_input(1, bytes_of(std::vector<int32_t>{from}));
    interpreter->set_input(2, bytes_of(std::vector<int32_t>{count}));
    const Status status = interpreter->invoke();
    return status.ok() ? "" : status.error().text();
  };
  CHECK(run(1, 2).empty());
  CHECK(values_of<int32_t>(interpreter->output(0).bytes) == std::vector<int32_t>{2, 3});
  CHECK(run(1, -1).empty());
  CHECK(values_of<int32_t>(interpreter->output(0).bytes) == std::vector<int32_t>{2, 3, 4});
  CHECK_FALSE(run(3, 2).empty());
}

TEST_CASE("a kernel prepared for a shape holds computed operands to it") {
  graph::GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kInt32, {4});
  const int32_t begin = b.add_input("b", DType::kInt32, {1}), size = b.add_input("s", DType::kInt32, {1});
  b.mark_output(b.add_op(OpKind::kSlice, graph::NoAttrs{}, {x, begin, size}, tensors(DType::kInt32, {{2}})));
  const graph::Model model = b.finish();
  const auto kernel = prepare(model.main(), 0, {});
  REQUIRE(kernel.ok());
  const Bytes data = bytes_of(std::vector<int32_t>{1, 2, 3, 4});
  Bytes out(8);
  const Shape one{1}, two{2}, four{4};
  const auto run = [&](int32_t from, int32_t count) {
    const Bytes begins = bytes_of(std::vector<int32_t>{from}), sizes = bytes_of(std::vector<int32_t>{count});
    const std::vector<ConstView> inputs{{DType::kInt32, four, data, true},
                                        {DType::kInt32, one, begins, true},
                                        {DType::kInt32, one, sizes, true}};
    const std::vector<MutView> outputs{{DType::kInt32, two, out}};
    const Status status = (*kernel)->run(inputs, outputs);
    return status.ok() ? "" : status.error().text();
  };
  CHECK(run(2, -1).empty());
  CHECK(values_of<int32_t>(out) == std::vector<int32_t>{3, 4});
  CHECK(run(0, 2).empty());
  CHECK(values_of<int32_t>(out) == std::vector<int32_t>{1, 2});
  CHECK(run(0, 3) ==
        "SLICE #0 'y0': the values given at run time lead to shape 3, not to the output's 2 in the model");
  CHECK(run(3, 2) == "SLICE #0 'y0': it takes 2 elements from 3 on of axis 0 of its input 4");
}
