// Reductions, choices and running sums against their definitions; stored numbers of the reference runtime where a
// formula would only repeat the kernel's.
#include <cmath>
#include <limits>

#include "tests/kernels/indices.h"
#include "tests/kernels/one_op.h"

using namespace atl;
using namespace atl::kernels;
using namespace atl::kernels::test;
using graph::DType;
using graph::OpKind;
using graph::Shape;

namespace {

template <typename T>
std::vector<T> reduce(OpKind kind, const Shape& shape, const std::vector<T>& x, const std::vector<int32_t>& axes,
                      bool keep, DType type = type_of<T>(), graph::Quantization in = {}, graph::Quantization out = {}) {
  graph::GraphBuilder b;
  const int32_t input = b.add_input("x", type, shape, in);
  const int32_t control = b.add_constant("axes", {static_cast<int32_t>(axes.size())}, axes);
  b.mark_output(b.add_op(kind, graph::ReduceAttrs{keep}, {input, control}, graph::Output{"y", type, out}));
  return values_of<T>(run_model(b.finish(), {bytes_of(x)})[0]);
}

// For each output element, the input elements that belong to it, in order.
std::vector<std::vector<size_t>> groups(const Shape& shape, const std::vector<bool>& reduced) {
  Shape kept = shape;
  for (size_t i = 0; i < shape.size(); ++i) kept[i] = reduced[i] ? 1 : shape[i];
  std::vector<std::vector<size_t>> groups(static_cast<size_t>(graph::num_elements(kept)));
  for_each_place(shape, [&](Place place) {
    const size_t from = flat(shape, place);
    for (size_t i = 0; i < place.size(); ++i) place[i] = reduced[i] ? 0 : place[i];
    groups[flat(kept, place)].push_back(from);
  });
  return groups;
}

}  // namespace

TEST_CASE("sums, products, extremes and means of plain integers, over any axes") {
  Draw draw(1);
  for (int round = 0; round < 200; ++round) {
    Shape shape;
    for (int rank = draw.range(1, 5); rank > 0; --rank) shape.push_back(draw.range(1, 4));
    std::vector<bool> reduced(shape.size());
    std::vector<int32_t> axes;
    for (size_t i = 0; i < shape.size(); ++i) {
      reduced[i] = draw.range(0, 1) != 0;
      const auto axis = static_cast<int32_t>(i);
      if (reduced[i]) axes.push_back(draw.range(0, 1) != 0 ? axis : axis - static_cast<int32_t>(shape.size()));
    }
    const auto x = draw.integers<int32_t>(graph::num_elements(shape));
    const auto sums = reduce(OpKind::kSum, shape, x, axes, draw.range(0, 1) != 0);
    const auto products = reduce(OpKind::kReduceProd, shape, x, axes, false);
    const auto largest = reduce(OpKind::kReduceMax, shape, x, axes, true);
    const auto smallest = reduce(OpKind::kReduceMin, shape, x, axes, false);
    const auto means = reduce(OpKind::kMean, shape, x, axes, false);
    const auto members = groups(shape, reduced);
    REQUIRE(sums.size() == members.size());
    for (size_t i = 0; i < members.size(); ++i) {
      int64_t sum = 0;
      uint32_t product = 1;
      int32_t high = std::numeric_limits<int32_t>::min(), low = std::numeric_limits<int32_t>::max();
      for (const size_t at : members[i]) {
        sum += x[at];
        product *= static_cast<uint32_t>(x[at]);
        high = std::max(high, x[at]), low = std::min(low, x[at]);
      }
      REQUIRE(sums[i] == static_cast<int32_t>(sum));
      REQUIRE(products[i] == static_cast<int32_t>(product));
      REQUIRE(largest[i] == high);
      REQUIRE(smallest[i] == low);
      REQUIRE(means[i] == sum / static_cast<int64_t>(members[i].size()));
    }
  }
}

TEST_CASE("reductions of bool, and of a scalar") {
  const Shape shape{2, 2};
  const std::vector<uint8_t> x{0, 1, 1, 1};
  CHECK(reduce(OpKind::kReduceAny, shape, x, {1}, false, DType::kBool) == std::vector<uint8_t>{1, 1});
  CHECK(reduce(OpKind::kReduceAll, shape, x, {1}, false, DType::kBool) == std::vector<uint8_t>{0, 1});
  CHECK(reduce<float>(OpKind::kSum, {}, {3.5f}, {}, false) == std::vector<float>{3.5f});
}

TEST_CASE("extremes and NaN: a reduction over all axes starts with its first element") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(std::isnan(reduce<float>(OpKind::kReduceMax, {3}, {nan, 1, 2}, {0}, false)[0]));
  CHECK(reduce<float>(OpKind::kReduceMax, {3}, {1, nan, 2}, {0}, false)[0] == 2);
  CHECK(reduce<float>(OpKind::kReduceMax, {1, 3}, {nan, 1, 2}, {1}, false)[0] == 2);
}

TEST_CASE("SUM of quantized integers is the sum of the values, rescaled and clamped") {
  const auto in = graph::per_tensor(0.5f, 3), out = graph::per_tensor(2.0f, -10);
  const std::vector<int8_t> x{3, 7, 127, -128, 11, 4};
  // Real sums are 0 + 2, 62 - 65.5, 4 + 0.5; over 2 that is 1, -1.75 and 2.25, which the two roundings take to 3.
  CHECK(reduce<int8_t>(OpKind::kSum, {3, 2}, x, {1}, false, DType::kInt8, in, out) == std::vector<int8_t>{-9, -12, -7});
  CHECK(reduce<int8_t>(OpKind::kSum, {3, 2}, {127, 127, 127, 127, 127, 127}, {0, 1}, true, DType::kInt8, in,
                       graph::per_tensor(0.5f, 0)) == std::vector<int8_t>{127});
}

TEST_CASE("REDUCE_PROD of quantized integers is the product, to the roundings of its multiplier") {
  Draw draw(5);
  const auto in = graph::per_tensor(1.0f / 64, -3), out = graph::per_tensor(1.0f / 100, 5);
  for (int round = 0; round < 100; ++round) {
    const auto x = draw.integers<int8_t>(3);
    const auto got = reduce<int8_t>(OpKind::kReduceProd, {3}, x, {0}, false, DType::kInt8, in, out);
    double product = 1;
    for (const int8_t q : x) product *= (q + 3) / 64.0;
    const double wanted = std::min(127.0, std::max(-128.0, product * 100 + 5));
    CHECK(std::fabs(got[0] - wanted) <= 2.5);
  }
}

TEST_CASE("ARG_MAX, ARG_MIN and TOPK_V2: the first of equal values, NaN last") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  graph::GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {2, 4});
  const int32_t axis = b.add_constant<int32_t>("axis", {}, {-1}), count = b.add_constant<int32_t>("k", {}, {3});
  const graph::OutputTypeAttrs narrow{DType::kInt32}, wide{DType::kInt64};
  b.mark_output(b.add_op(OpKind::kArgMax, narrow, {x, axis}, graph::Output{"a", DType::kInt32}));
  b.mark_output(b.add_op(OpKind::kArgMin, wide, {x, axis}, graph::Output{"b", DType::kInt64}));
  std::vector<graph::Tensor> best(2);
  best[0].name = std::string("v"), best[1].name = std::string("i"), best[1].type = DType::kInt32;
  for (graph::Tensor& tensor : best) tensor.shape = {2, 3}, tensor.has_rank = true;
  const int32_t top = b.add_op(OpKind::kTopK, graph::NoAttrs{}, {x, count}, best);
  b.mark_output(top), b.mark_output(top + 1);
  const auto outputs = run_model(b.finish(), {bytes_of(std::vector<float>{1, 5, 5, 1, nan, -2, 7, nan})});
  CHECK(values_of<int32_t>(outputs[0]) == std::vector<int32_t>{1, 2});
  CHECK(values_of<int64_t>(outputs[1]) == std::vector<int64_t>{0, 1});
  CHECK(values_of<int32_t>(outputs[3]) == std::vector<int32_t>{1, 2, 0, 2, 1, 0});
  const auto values = values_of<float>(outputs[2]);
  CHECK(std::vector<float>(values.begin(), values.begin() + 5) == std::vector<float>{5, 5, 1, 7, -2});
  CHECK(std::isnan(values[5]));
}

TEST_CASE("CUMSUM in both directions, with and without its own element; RANGE; SCATTER_ND adds") {
  const auto cumsum = [](bool exclusive, bool reverse) {
    graph::GraphBuilder b;
    const int32_t x = b.add_input("x", DType::kInt32, {3, 2});
    const int32_t axis = b.add_constant<int32_t>("axis", {}, {0});
    b.mark_output(b.add_op(OpKind::kCumsum, graph::CumsumAttrs{exclusive, reverse}, {x, axis},
                           graph::Output{"y", DType::kInt32}));
    return values_of<int32_t>(run_model(b.finish(), {bytes_of(std::vector<int32_t>{1, 10, 2, 20, 3, 30})})[0]);
  };
  CHECK(cumsum(false, false) == std::vector<int32_t>{1, 10, 3, 30, 6, 60});
  CHECK(cumsum(true, false) == std::vector<int32_t>{0, 0, 1, 10, 3, 30});
  CHECK(cumsum(false, true) == std::vector<int32_t>{6, 60, 5, 50, 3, 30});
  CHECK(cumsum(true, true) == std::vector<int32_t>{5, 50, 3, 30, 0, 0});

  graph::GraphBuilder b;
  const int32_t start = b.add_constant<int32_t>("s", {}, {7}), limit = b.add_constant<int32_t>("l", {}, {-2});
  const int32_t delta = b.add_constant<int32_t>("d", {}, {-4});
  const int32_t where = b.add_input("i", DType::kInt32, {3, 1}), updates = b.add_input("u", DType::kInt32, {3, 2});
  const int32_t shape = b.add_constant<int32_t>("shape", {2}, {3, 2});
  b.mark_output(b.add_op(OpKind::kRange, graph::NoAttrs{}, {start, limit, delta}, graph::Output{"r", DType::kInt32}));
  b.mark_output(
      b.add_op(OpKind::kScatterNd, graph::NoAttrs{}, {where, updates, shape}, graph::Output{"y", DType::kInt32}));
  const auto outputs = run_model(
      b.finish(), {bytes_of(std::vector<int32_t>{2, 0, 2}), bytes_of(std::vector<int32_t>{1, 2, 3, 4, 5, 6})});
  CHECK(values_of<int32_t>(outputs[0]) == std::vector<int32_t>{7, 3, -1});
  CHECK(values_of<int32_t>(outputs[1]) == std::vector<int32_t>{3, 4, 0, 0, 6, 8});
}
