// Operators that take tensors apart, put them together or choose from them by index; int4; steering operands that are
// computed.
#include "common/kernels/registry.h"
#include "tests/kernels/one_op.h"

using namespace atl;
using namespace atl::kernels;
using namespace atl::kernels::test;
using graph::DType;
using graph::OpKind;
using graph::Shape;

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
  const int32_t halves =
      b.add_op(OpKind::kSplit, graph::SplitAttrs{2}, {axis, x}, tensors(DType::kInt32, {{2, 3}, {2, 3}}));
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
  b.mark_output(
      b.add_op(OpKind::kDynamicUpdateSlice, graph::NoAttrs{}, {x, update, begin}, graph::Output{"y", DType::kInt32}));
  const graph::Model model = b.finish();
  const auto run = [&](std::vector<int32_t> at) {
    const std::vector<int32_t> zeros(9, 0);
    return values_of<int32_t>(
        run_model(model, {bytes_of(zeros), bytes_of(std::vector<int32_t>{7, 8}), bytes_of(at)})[0]);
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
  b.mark_output(
      b.add_op(OpKind::kOneHot, graph::OneHotAttrs{1}, {which, depth, on, off}, graph::Output{"h", DType::kInt32}));
  b.mark_output(
      b.add_op(OpKind::kShape, graph::OutputTypeAttrs{DType::kInt64}, {which}, graph::Output{"e", DType::kInt64}));
  b.mark_output(b.add_op(OpKind::kRank, graph::NoAttrs{}, {which}, graph::Output{"r", DType::kInt32}));
  b.mark_output(
      b.add_op(OpKind::kBroadcastArgs, graph::NoAttrs{}, {extents, other}, graph::Output{"a", DType::kInt32}));
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
    const std::vector<ConstView> inputs{
        {DType::kInt32, four, data, true}, {DType::kInt32, one, begins, true}, {DType::kInt32, one, sizes, true}};
    const std::vector<MutView> outputs{{DType::kInt32, two, out}};
    const Status status = (*kernel)->run(inputs, outputs);
    return status.ok() ? "" : status.error().text();
  };
  CHECK(run(2, -1).empty());
  CHECK(values_of<int32_t>(out) == std::vector<int32_t>{3, 4});
  CHECK(run(0, 2).empty());
  CHECK(values_of<int32_t>(out) == std::vector<int32_t>{1, 2});
  CHECK(run(0, 3) == "SLICE #0 'y0': the values given at run time lead to shape 3, not to the output's 2 in the model");
  CHECK(run(3, 2) == "SLICE #0 'y0': it takes 2 elements from 3 on of axis 0 of its input 4");
}
