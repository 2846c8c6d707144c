#include "common/kernels/random_inputs.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include "common/numerics/half.h"
#include "tests/kernels/one_op.h"

using namespace atl;
using namespace atl::kernels;
using namespace atl::kernels::test;
using graph::DType;

namespace {
graph::Tensor tensor_of(DType type, graph::Shape shape) {
  graph::Tensor tensor;
  tensor.type = type, tensor.shape = std::move(shape);
  return tensor;
}
}  // namespace

TEST_CASE("the generator is SplitMix64") {
  // The first outputs for state 1234567, as published with the generator.
  SplitMix64 draw(1234567);
  CHECK(draw() == 6457827717110365317u);
  CHECK(draw() == 3203168211198807973u);
  CHECK(draw() == 9817491932198370423u);
}

TEST_CASE("a seed always gives the same bytes") {
  const Bytes bytes = random_tensor(tensor_of(DType::kInt8, {8}), 0, 0, 0).value();
  SplitMix64 stream(0);  // mix(0) is 0, so position 0 of invocation 0 of seed 0 starts there
  const uint64_t first = stream();
  for (size_t i = 0; i < 8; ++i) CHECK(bytes[i] == static_cast<uint8_t>(first >> (8 * i)));
  CHECK(first == 0xE220A8397B1DCDAFu);
}

TEST_CASE("seeds, positions and invocations have streams of their own") {
  std::set<std::string> all;
  for (uint64_t seed = 0; seed < 5; ++seed) {
    for (size_t position = 0; position < 5; ++position) {
      for (int64_t invocation = 0; invocation < 5; ++invocation) {
        const Bytes bytes = random_tensor(tensor_of(DType::kUint8, {16}), seed, position, invocation).value();
        all.insert(std::string(bytes.begin(), bytes.end()));
      }
    }
  }
  CHECK(all.size() == 125);
}

TEST_CASE("integers take their whole range, floats [-1, 1)") {
  const Bytes bytes = random_tensor(tensor_of(DType::kInt8, {20000}), 1, 0, 0).value();
  std::vector<int> counts(256, 0);
  for (const uint8_t byte : bytes) ++counts[byte];
  CHECK(*std::min_element(counts.begin(), counts.end()) > 30);
  CHECK(*std::max_element(counts.begin(), counts.end()) < 140);

  const auto floats = values_of<float>(random_tensor(tensor_of(DType::kFloat32, {20000}), 1, 0, 0).value());
  const auto [low, high] = std::minmax_element(floats.begin(), floats.end());
  CHECK((*low >= -1.0f && *low < -0.999f));
  CHECK((*high < 1.0f && *high > 0.999f));
  double sum = 0;
  for (const float x : floats) sum += static_cast<double>(x);
  CHECK(std::fabs(sum / 20000) < 0.02);

  for (const uint16_t half : values_of<uint16_t>(random_tensor(tensor_of(DType::kFloat16, {2000}), 1, 0, 0).value())) {
    const float x = numerics::half_to_float(half);
    REQUIRE((x >= -1.0f && x < 1.0f));
  }
  const Bytes flags = random_tensor(tensor_of(DType::kBool, {100}), 1, 0, 0).value();
  CHECK(*std::max_element(flags.begin(), flags.end()) == 1);
  const auto wide = values_of<int64_t>(random_tensor(tensor_of(DType::kInt64, {100}), 1, 0, 0).value());
  CHECK(*std::max_element(wide.begin(), wide.end()) > int64_t{1} << 60);
  CHECK(random_tensor(tensor_of(DType::kInt8, {0}), 1, 0, 0).value().empty());
}

TEST_CASE("a type that can't be drawn is refused with its tensor") {
  graph::GraphBuilder b;
  b.add_input("text", DType::kString, {1});
  const graph::Model model = b.finish();
  const auto inputs = random_inputs(model.main(), 0);
  REQUIRE_FALSE(inputs.ok());
  CHECK(inputs.error().text() ==
        "tensor #0 'text': inputs of type string can't be drawn from a seed; give them as a file");
}
