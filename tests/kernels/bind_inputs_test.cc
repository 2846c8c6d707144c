#include "common/kernels/bind_inputs.h"

#include <limits>

#include "common/kernels/tensor_arrays.h"
#include "tests/kernels/one_op.h"

using namespace atl;
using namespace atl::kernels;
using namespace atl::kernels::test;
using arrays::Array;
using arrays::ElementType;
using arrays::NamedArrays;
using graph::DType;

namespace {

// Inputs 'image' (float32 1x2x2) and 'flag' (int8 scalar), and an unnamed int32 one.
graph::Model sample() {
  graph::GraphBuilder b;
  b.add_input("image", DType::kFloat32, {1, 2, 2});
  b.add_input("flag", DType::kInt8, {});
  b.add_input("", DType::kInt32, {2});
  return b.finish();
}

Array floats(std::vector<int64_t> shape, const std::vector<float>& values) {
  return {ElementType::kFloat32, std::move(shape), bytes_of(values)};
}
Array int8s(std::vector<int64_t> shape, const std::vector<int8_t>& values) {
  return {ElementType::kInt8, std::move(shape), bytes_of(values)};
}
Array int32s(std::vector<int64_t> shape, const std::vector<int32_t>& values) {
  return {ElementType::kInt32, std::move(shape), bytes_of(values)};
}

NamedArrays good() {
  NamedArrays arrays;
  arrays.emplace_back("image", floats({1, 2, 2}, {1, 2, 3, 4}));
  arrays.emplace_back("1", int8s({}, {5}));
  arrays.emplace_back("#2", int32s({2}, {6, 7}));
  return arrays;
}

std::string problem(NamedArrays arrays, const BindOptions& options = {}) {
  const graph::Model model = sample();
  const auto bound = bind_inputs(model.main(), std::move(arrays), options);
  if (bound.ok()) return "";
  CHECK(bound.error().code() == ErrorCode::kInvalid);
  return bound.error().text();
}

}  // namespace

TEST_CASE("inputs are bound by name, by position, or by index where they have no name") {
  const graph::Model model = sample();
  const auto bound = bind_inputs(model.main(), good());
  REQUIRE(bound.ok());
  CHECK(bound->invocations() == 1);
  CHECK_FALSE(bound->leading_axis());
  CHECK(values_of<float>(bound->bytes(0, 0)) == std::vector<float>{1, 2, 3, 4});
  CHECK(values_of<int8_t>(bound->bytes(1, 0)) == std::vector<int8_t>{5});
  CHECK(values_of<int32_t>(bound->bytes(2, 0)) == std::vector<int32_t>{6, 7});
}

TEST_CASE("one more axis in front counts invocations") {
  NamedArrays arrays;
  arrays.emplace_back("2", int32s({3, 2}, {1, 2, 3, 4, 5, 6}));
  arrays.emplace_back("0", floats({3, 1, 2, 2}, std::vector<float>(12, 0.5f)));
  arrays.emplace_back("flag", int8s({3}, {7, 8, 9}));
  const graph::Model model = sample();
  const auto bound = bind_inputs(model.main(), std::move(arrays));
  REQUIRE(bound.ok());
  CHECK(bound->invocations() == 3);
  CHECK(bound->leading_axis());
  CHECK(values_of<int8_t>(bound->bytes(1, 2)) == std::vector<int8_t>{9});
  CHECK(values_of<int32_t>(bound->bytes(2, 1)) == std::vector<int32_t>{3, 4});
}

TEST_CASE("representative data may leave the batch axis out") {
  graph::GraphBuilder b;
  b.add_input("x", DType::kFloat32, {1, 2});
  const graph::Model model = b.finish();
  const auto bind = [&](std::vector<int64_t> shape, size_t count, bool allow) {
    NamedArrays arrays;
    arrays.emplace_back("x", floats(std::move(shape), std::vector<float>(count, 0)));
    return bind_inputs(model.main(), std::move(arrays), BindOptions{allow});
  };
  CHECK(bind({5, 2}, 10, true)->invocations() == 5);
  CHECK_FALSE(bind({5, 2}, 10, false).ok());
  CHECK(bind({5, 1, 2}, 10, true)->invocations() == 5);
  CHECK(bind({1, 2}, 2, true)->invocations() == 1);
  CHECK_FALSE(bind({5, 3}, 15, true).ok());
}

TEST_CASE("what doesn't fit is said, all of it") {
  const std::string inputs = "input 0 'image' (float32 1x2x2), input 1 'flag' (int8 scalar), input 2 '' (int32 2)";
  NamedArrays arrays = good();
  arrays[1].first = "flags";
  CHECK(problem(arrays) ==
        "array 'flags' names no input; the model has " + inputs + "\nthere is no array for input 1 'flag'");

  arrays = good();
  arrays.emplace_back("0", floats({1, 2, 2}, {0, 0, 0, 0}));
  CHECK(problem(arrays) == "array '0' is a second one for input 0 'image'");

  arrays = good();
  arrays[0].second = Array{ElementType::kFloat64, {1, 2, 2}, Bytes(32)};
  CHECK(problem(arrays) == "input 0 'image': the array is float64, and the model takes float32; convert it");

  arrays = good();
  arrays[0].second = floats({2, 2}, {1, 2, 3, 4});
  CHECK(problem(arrays) ==
        "input 0 'image': the array has shape 2x2, and the model takes 1x2x2, or one more axis in front for many "
        "invocations");

  arrays = good();
  arrays[0].second = floats({1, 2, 2}, {1, 2, std::numeric_limits<float>::quiet_NaN(), 4});
  CHECK(problem(arrays) == "input 0 'image': element 2 of the array is NaN");

  arrays = good();
  arrays[0].second = floats({0, 1, 2, 2}, {});
  CHECK(problem(arrays) == "input 0 'image': the array is empty");

  arrays = good();
  arrays[0].second = floats({2, 1, 2, 2}, std::vector<float>(8, 0));
  CHECK(problem(arrays) ==
        "input 1 'flag' has 1 invocations, an input before it 2; all must have as many\n"
        "input 2 '' has 1 invocations, an input before it 2; all must have as many");

  CHECK(
      problem({}) ==
      "there is no array for input 0 'image'\nthere is no array for input 1 'flag'\nthere is no array for input 2 ''");
}

TEST_CASE("NaN is found in halves and doubles too; infinity is a value") {
  graph::GraphBuilder b;
  b.add_input("h", DType::kFloat16, {2});
  b.add_input("d", DType::kFloat64, {1});
  const graph::Model model = b.finish();
  const auto bind = [&](uint16_t half, double value) {
    NamedArrays arrays;
    arrays.emplace_back("h", Array{ElementType::kFloat16, {2}, bytes_of(std::vector<uint16_t>{0x3C00, half})});
    arrays.emplace_back("d", Array{ElementType::kFloat64, {1}, bytes_of(std::vector<double>{value})});
    const auto bound = bind_inputs(model.main(), std::move(arrays));
    return bound.ok() ? "" : bound.error().text();
  };
  CHECK(bind(0x7C00, std::numeric_limits<double>::infinity()).empty());
  CHECK(bind(0x7E00, 0) == "input 0 'h': element 1 of the array is NaN");
  CHECK(bind(0, std::numeric_limits<double>::quiet_NaN()) == "input 1 'd': element 0 of the array is NaN");
}

TEST_CASE("array names are unique") {
  graph::GraphBuilder b;
  b.add_input("x", DType::kFloat32, {1});
  b.add_input("x", DType::kFloat32, {1});
  b.add_input("", DType::kFloat32, {1});
  b.add_input("y/z", DType::kFloat32, {1});
  const graph::Model model = b.finish();
  CHECK(array_name(model.main(), 0) == "x#0");
  CHECK(array_name(model.main(), 1) == "x#1");
  CHECK(array_name(model.main(), 2) == "#2");
  CHECK(array_name(model.main(), 3) == "y/z");
}

TEST_CASE("outputs of many invocations become arrays with an axis for them") {
  graph::GraphBuilder b;
  b.add_input("x", DType::kInt8, {2});
  b.add_input("y", DType::kInt32, {});
  b.add_input("s", DType::kString, {1});
  const graph::Model model = b.finish();
  auto many = ArrayCollector::create(model.main(), {1, 0, 0}, true);
  REQUIRE(many.ok());
  const graph::Shape none{}, two{2}, three{3};
  for (int32_t i = 0; i < 3; ++i) {
    const Bytes y = bytes_of(std::vector<int32_t>{i}), x{static_cast<uint8_t>(i), 9};
    REQUIRE(many->append(0, {DType::kInt32, none, y, true}).ok());
    REQUIRE(many->append(1, {DType::kInt8, two, x, true}).ok());
    REQUIRE(many->append(2, {DType::kInt8, two, x, true}).ok());
  }
  const NamedArrays arrays = std::move(*many).take();
  REQUIRE(arrays.size() == 2);
  CHECK(arrays[0].first == "y");
  CHECK(arrays[0].second.shape == std::vector<int64_t>{3});
  CHECK(arrays[1].second.shape == std::vector<int64_t>{3, 2});
  CHECK(arrays[1].second.bytes == Bytes{0, 9, 1, 9, 2, 9});

  auto one = ArrayCollector::create(model.main(), {0}, false);
  const Bytes values{1, 2, 3};
  REQUIRE(one->append(0, {DType::kInt8, three, values, true}).ok());  // a shape that the model leaves open
  CHECK(std::move(*one).take()[0].second.shape == std::vector<int64_t>{3});

  auto uneven = ArrayCollector::create(model.main(), {0}, true);
  REQUIRE(uneven->append(0, {DType::kInt8, three, values, true}).ok());
  CHECK(uneven->append(0, {DType::kInt8, two, Bytes{1, 2}, true}).error().text() ==
        "tensor 'x' has shape 1x3 in one invocation and 1x2 in another, which no array can hold; run them one by one");

  const auto text = ArrayCollector::create(model.main(), {2}, false);
  REQUIRE_FALSE(text.ok());
  CHECK(text.error().text() == "tensor #2 's' is string, which can't be stored as an array");
}
