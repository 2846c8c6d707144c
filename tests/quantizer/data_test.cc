// Representative data: the forms it may have, and what is said of data that can't be used.
#include <catch2/catch.hpp>
#include <cmath>

#include "tests/quantizer/sample_graphs.h"

using namespace atl;
using namespace atl::quantizer;
using namespace atl::quantizer::test;

namespace {

// 'image' 1x2x3 -> relu 'y', and 'offset' 1x2x3 added to it, an input of its own.
graph::Model two_inputs() {
  GraphBuilder b;
  const int32_t x = b.add_input("image", DType::kFloat32, {1, 2, 3});
  const int32_t offset = b.add_input("offset", DType::kFloat32, {1, 2, 3});
  b.mark_output(b.add(b.unary(OpKind::kRelu, x, {"relu"}), offset, {}, {"y"}));
  return b.finish();
}

graph::Model one_input() {
  GraphBuilder b;
  const int32_t x = b.add_input("image", DType::kFloat32, {1, 2, 3});
  b.mark_output(b.unary(OpKind::kRelu, x, {"y"}));
  return b.finish();
}

Error failed(const graph::Model& model, RepresentativeData& data) {
  const auto result = quantize(model, {}, data);
  REQUIRE_FALSE(result.ok());
  return result.error();
}
Error failed(const graph::Model& model, arrays::NamedArrays arrays, ArraySampleOptions options = {}) {
  ArraySamples data(std::move(arrays), options);
  return failed(model, data);
}

QuantizeResult quantized(const graph::Model& model, arrays::NamedArrays arrays, ArraySampleOptions options = {}) {
  ArraySamples data(std::move(arrays), options);
  auto result = quantize(model, {}, data);
  REQUIRE(result.ok());
  return std::move(result).value();
}

}  // namespace

TEST_CASE("no data") {
  NoData data;
  const Error error = failed(one_input(), data);
  CHECK(error.code() == ErrorCode::kUsage);
  CHECK(error.text() ==
        "there is no representative data, which the ranges of activations are learnt from: give typical inputs with "
        "--data, a hundred or so");
  const Error empty = failed(one_input(), arrays::NamedArrays{});
  CHECK(empty.code() == ErrorCode::kInvalid);
  CHECK(empty.text() == "the representative data holds no array");
}

TEST_CASE("the forms of an array") {
  const std::vector<float> values = spread(24, -1, 2);
  for (const std::vector<int64_t>& shape : {std::vector<int64_t>{4, 1, 2, 3}, std::vector<int64_t>{4, 2, 3}}) {
    for (const char* name : {"image", "0"}) {
      const QuantizeResult result = quantized(one_input(), {{name, float_array(shape, values)}});
      CHECK(result.report.samples == 4);
      CHECK(tensor_named(result.model, "image").quant == graph::per_tensor(3.0f / 255, -43));
    }
  }
  CHECK(quantized(one_input(), {{"0", float_array({1, 2, 3}, spread(6, -1, 2))}}).report.samples == 1);
}

TEST_CASE("several inputs, by name and by position") {
  const arrays::NamedArrays arrays = {{"1", float_array({2, 1, 2, 3}, spread(12, 0, 1))},
                                      {"image", float_array({2, 1, 2, 3}, spread(12, 0, 2))}};
  const QuantizeResult result = quantized(two_inputs(), arrays);
  CHECK(tensor_named(result.model, "image").quant.scale[0] == 2.0f / 255);
  CHECK(tensor_named(result.model, "offset").quant.scale[0] == 1.0f / 255);
}

TEST_CASE("only the first samples") {
  std::vector<float> values = spread(12, 0, 1);
  values.back() = 50;
  ArraySampleOptions options;
  options.max_samples = 1;
  const QuantizeResult result = quantized(one_input(), {{"0", float_array({2, 2, 3}, values)}}, options);
  CHECK(result.report.samples == 1);
  CHECK(tensor_named(result.model, "image").quant.scale[0] < 1.01f / 255);
  options.max_samples = 30;
  const QuantizeResult more = quantized(one_input(), {{"0", float_array({2, 2, 3}, values)}}, options);
  CHECK(more.warnings == std::vector<std::string>{"30 samples were asked for, and the representative data has 2",
                                                  "ranges come from 2 samples only; with a hundred or so they are more "
                                                  "reliable"});
}

TEST_CASE("stored integers with a scale and an offset") {
  const arrays::Array stored{arrays::ElementType::kUint8, {2, 2, 3}, {0, 255, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}};
  ArraySampleOptions options;
  options.scale = 2.0 / 255;
  options.offset = -1;
  const QuantizeResult result = quantized(one_input(), {{"image", stored}}, options);
  CHECK(tensor_named(result.model, "image").quant.scale[0] == Approx(2.0 / 255));
  const Error error = failed(one_input(), {{"image", stored}});
  CHECK(error.code() == ErrorCode::kInvalid);
  CHECK(error.text() ==
        "representative data: input 0 'image': the array is uint8, and the model takes float32; say what its values "
        "stand "
        "for with --data-scale and --data-offset (stored value * scale + offset is fed)");
}

TEST_CASE("data that doesn't go with the model") {
  const Error shape = failed(one_input(), {{"image", float_array({4, 3, 2}, spread(24, 0, 1))}});
  CHECK(shape.code() == ErrorCode::kInvalid);
  CHECK(
      shape.text() ==
      "representative data: input 0 'image': the array has shape 4x3x2, and the model takes 1x2x3, or one more axis in "
      "front for many invocations");
  const Error none = failed(one_input(), {{"image", float_array({0, 2, 3}, {})}});
  CHECK(none.code() == ErrorCode::kInvalid);
  CHECK(none.text() == "representative data: input 0 'image': the array is empty");
  const Error names = failed(two_inputs(), {{"picture", float_array({4, 2, 3}, spread(24, 0, 1))},
                                            {"offset", float_array({4, 2, 3}, spread(24, 0, 1))}});
  CHECK(names.code() == ErrorCode::kInvalid);
  CHECK(
      names.messages() ==
      std::vector<std::string>{
          "representative data: array 'picture' names no input; the model has input 0 'image' (float32 1x2x3), input 1 "
          "'offset' (float32 1x2x3)",
          "representative data: there is no array for input 0 'image'"});
}

TEST_CASE("values that no range can be learnt from") {
  for (const auto& [bad, text] : {std::pair(std::nanf(""), "NaN"), std::pair(HUGE_VALF, "infinite")}) {
    std::vector<float> values = spread(24, 0, 1);
    values[6 * 2 + 4] = bad;
    const Error error = failed(one_input(), {{"image", float_array({4, 2, 3}, values)}});
    CHECK(error.code() == ErrorCode::kInvalid);
    CHECK(error.text() == fmt::format("representative data: input 0 'image': in sample 2 of it element 4 is {}", text));
  }
  const Error constant = failed(one_input(), {{"image", float_array({4, 2, 3}, std::vector<float>(24, 0.5f))}});
  CHECK(constant.code() == ErrorCode::kInvalid);
  CHECK(
      constant.text() ==
      "representative data: input 0 'image' is 0.5 in every element of every sample; no range can be learnt from that, "
      "give data that varies");
}

TEST_CASE("an activation that overflows") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 2});
  b.mark_output(b.mean(x, {1}, true, {"mean"}));  // the sum overflows; ADD would clamp it to the largest float
  const Error error = failed(b.finish(), {{"x", float_array({2, 1, 2}, {0, 1, 3e38f, 3e38f})}});
  CHECK(error.code() == ErrorCode::kInvalid);
  CHECK(
      error.text() ==
      "representative data: with sample 1, tensor #2 'mean' is not finite in the float model (element 0 is infinite), "
      "so "
      "no range can be learnt; is the data scaled as for training?");
}

TEST_CASE("few samples and tensors that are never exercised are warned of") {
  const QuantizeResult result = quantized(one_input(), {{"image", float_array({1, 2, 3}, {-1, -2, -3, -4, -5, -6})}});
  CHECK(result.warnings ==
        std::vector<std::string>{
            "ranges come from 1 sample only; with a hundred or so they are more reliable",
            "1 tensor is never exercised, it has one value throughout the representative data: 'y'"});
  const std::vector<float> enough = spread(60, -1, 1);
  CHECK(quantized(one_input(), {{"image", float_array({10, 2, 3}, enough)}}).warnings.empty());
}
