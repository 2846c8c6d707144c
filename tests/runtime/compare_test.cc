#include "runtime/compare.h"

#include <catch2/catch.hpp>
#include <cstring>
#include <limits>

#include "runtime/execution_order.h"
#include "tests/runtime/models.h"

using namespace atl;

namespace {

template <typename T>
std::vector<uint8_t> bytes(const std::vector<T>& values) {
  std::vector<uint8_t> result(values.size() * sizeof(T));
  std::memcpy(result.data(), values.data(), result.size());
  return result;
}

graph::Tensor tensor(graph::DType type, graph::Shape shape) {
  graph::Tensor result;
  result.type = type;
  result.shape = std::move(shape);
  return result;
}

}  // namespace

TEST_CASE("equal bytes, and how a difference reads") {
  const graph::Tensor t = tensor(graph::DType::kInt8, {2, 3});
  const auto expected = bytes<int8_t>({1, 2, 3, 4, 5, -128});
  CHECK(!runtime::compare(t, expected, expected));
  const auto difference = runtime::compare(t, expected, bytes<int8_t>({1, 2, 3, 4, 7, 127}));
  REQUIRE(difference);
  CHECK(difference->differing == 2);
  CHECK(runtime::difference_text(t, *difference) ==
        "2 of 6 elements differ, the first at [1, 1] (element 4): expected 5, got 7; the largest difference is 255");
}

TEST_CASE("wide integers are compared whole") {
  const graph::Tensor t = tensor(graph::DType::kInt32, {2});
  const auto difference = runtime::compare(t, bytes<int32_t>({256, 0}), bytes<int32_t>({512, 0}));
  REQUIRE(difference);
  CHECK(difference->differing == 1);
  CHECK(difference->max_difference == 256);
}

TEST_CASE("floats within a share of the largest magnitude") {
  const graph::Tensor t = tensor(graph::DType::kFloat32, {3});
  const auto expected = bytes<float>({100, 1, 0}), near = bytes<float>({100, 1.00005f, 0});
  CHECK(runtime::compare(t, expected, near));
  CHECK(!runtime::compare(t, expected, near, 1e-6));
  CHECK(runtime::compare(t, expected, bytes<float>({100, 1.001f, 0}), 1e-6));
  const float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
  CHECK(runtime::compare(t, expected, bytes<float>({100, nan, 0}), 1e-6));
  CHECK(runtime::compare(t, bytes<float>({100, infinity, 0}), bytes<float>({100, -infinity, 0}), 1e-6));
  CHECK(!runtime::compare(t, bytes<float>({100, nan, 0}), bytes<float>({100, nan, 0}), 1e-6));
}

TEST_CASE("execution order: inputs, then what ops write") {
  const graph::Model model = test::two_segment_model();
  std::vector<std::string> names;
  for (const size_t index : runtime::execution_order(model.main())) names.push_back(model.main().tensors[index].name);
  CHECK(names == std::vector<std::string>{"x", "r1", "d", "q", "r2"});
  const std::vector<int32_t> producers = runtime::producers(model.main());
  CHECK(producers[static_cast<size_t>(model.main().inputs[0])] == -1);
  CHECK(producers[static_cast<size_t>(model.main().outputs[0])] == 3);
}
