// FULLY_CONNECTED with 16-bit weights or results, and with shuffled weights, against its definition.
#include <cmath>

#include "common/numerics/multiplier.h"
#include "tests/kernels/one_op.h"

using namespace atl;
using namespace atl::kernels;
using namespace atl::kernels::test;

namespace {

constexpr float kIn = 0.02f, kWeight = 0.01f;

graph::Tensor tensor(const std::string& name, graph::DType type, graph::Shape shape, graph::Quantization quant) {
  graph::Tensor t;
  t.name = name, t.type = type, t.shape = std::move(shape), t.quant = std::move(quant);
  return t;
}

// Rows x 16 blocks: outputs x depth, from the plain order to 4 x 16 blocks with the highest bit flipped.
std::vector<uint8_t> shuffled(const std::vector<uint8_t>& plain, size_t outputs, size_t depth) {
  std::vector<uint8_t> result;
  for (size_t c = 0; c < outputs; c += 4) {
    for (size_t d = 0; d < depth; d += 16) {
      for (size_t i = 0; i < 4; ++i) {
        for (size_t j = 0; j < 16; ++j) result.push_back(plain[(c + i) * depth + d + j] ^ 0x80);
      }
    }
  }
  return result;
}

graph::Model shuffled_model(const graph::Shape& rows, const graph::Shape& weights, const std::vector<uint8_t>& values,
                            const std::vector<int32_t>& bias, float out) {
  graph::GraphBuilder b;
  const int32_t x = b.add_input("x", graph::DType::kUint8, rows, graph::per_tensor(kIn, 128));
  const int32_t w = b.add_constant("w", weights, values, graph::per_tensor(kWeight, 128));
  graph::FullyConnectedAttrs attrs;
  attrs.shuffled_weights = true;
  const int32_t first = b.add_op(
      graph::OpKind::kFullyConnected, attrs, {x, w, b.add_constant("b", {weights[0]}, bias)},
      std::vector<graph::Tensor>{tensor("y", graph::DType::kInt16, {rows[0], weights[0]}, graph::per_tensor(out, 0)),
                                 tensor("kept", graph::DType::kUint8, rows, graph::per_tensor(kIn, 128))});
  b.mark_output(first), b.mark_output(first + 1);
  return b.finish();
}

}  // namespace

TEST_CASE("FULLY_CONNECTED of int16 by int16 sums in 64 bits") {
  Draw draw(11);
  const int outputs = 5, depth = 300;
  const std::vector<int16_t> x(2 * depth, 32767), w(outputs * depth, -32768);
  const std::vector<int64_t> bias{0, 1LL << 38, -5, 7, -(1LL << 39)};
  const float out = 5e3f;
  graph::GraphBuilder b;
  const int32_t input = b.add_input("x", graph::DType::kInt16, {2, depth}, graph::per_tensor(kIn, 0));
  const std::vector<float> scales = draw.scales(outputs, 0.005f, 0.02f);
  const int32_t weights = b.add_constant("w", {outputs, depth}, w, graph::per_channel(scales, 0));
  graph::FullyConnectedAttrs attrs;
  attrs.quantized_bias_type = graph::DType::kInt64;
  b.mark_output(b.fully_connected(input, weights, b.add_constant("b", {outputs}, bias), attrs,
                                  {"y", graph::DType::kInt16, graph::per_tensor(out, 0)}));
  const auto got = values_of<int16_t>(run_model(b.finish(), {bytes_of(x)})[0]);
  for (size_t i = 0; i < got.size(); ++i) {
    const size_t c = i % outputs;
    const int64_t sum = int64_t{depth} * 32767 * -32768 + bias[c];
    const double exact = static_cast<double>(sum) * double{kIn} * double{scales[c]} / double{out};
    REQUIRE(std::fabs(exact) < 32000);
    CHECK(std::fabs(got[i] - exact) <= 1 + std::fabs(exact) * 0x1p-15);  // multipliers have 15 bits
  }
}

TEST_CASE("FULLY_CONNECTED of 8 bits can have int16 results, with either requantization") {
  Draw draw(12);
  const auto x = draw.integers<uint8_t>(3 * 40), w = draw.integers<uint8_t>(6 * 40);
  for (const FcRequant how : {FcRequant::kDouble, FcRequant::kFixed}) {
    graph::GraphBuilder b;
    const int32_t input = b.add_input("x", graph::DType::kUint8, {3, 40}, graph::per_tensor(kIn, 120));
    const int32_t weights = b.add_constant("w", {6, 40}, w, graph::per_tensor(kWeight, 130));
    b.mark_output(b.fully_connected(input, weights, graph::kNoTensor, {},
                                    {"y", graph::DType::kInt16, graph::per_tensor(0.004f, 0)}));
    InterpreterOptions options;
    options.kernels.fc_requant = how;
    const auto got = values_of<int16_t>(run_model(b.finish(), {bytes_of(x)}, options)[0]);
    int beyond_bytes = 0;
    for (size_t i = 0; i < got.size(); ++i) {
      int32_t sum = 0;
      for (size_t k = 0; k < 40; ++k) sum += (x[i / 6 * 40 + k] - 120) * (w[i % 6 * 40 + k] - 130);
      const double exact = sum * double{kIn} * double{kWeight} / double{0.004f};
      const double most = how == FcRequant::kDouble ? 0.500001 : 1;  // the fixed form rounds twice
      CHECK(std::fabs(got[i] - std::fmin(32767, std::fmax(-32768, exact))) <= most);
      beyond_bytes += std::abs(got[i]) > 255;
    }
    CHECK(beyond_bytes > 0);
  }
}

TEST_CASE("FULLY_CONNECTED unravels shuffled weights") {
  Draw draw(13);
  const int outputs = 8, depth = 48;
  for (const int rows : {1, 4}) {
    const auto x = draw.integers<uint8_t>(rows * depth), w = draw.integers<uint8_t>(outputs * depth);
    std::vector<int32_t> bias;
    for (int i = 0; i < outputs; ++i) bias.push_back(draw.range(-9000, 9000));
    const float out = 0.013f;
    const graph::Model model = shuffled_model({rows, depth}, {outputs, depth}, shuffled(w, outputs, depth), bias, out);
    const std::vector<Bytes> results = run_model(model, {bytes_of(x)});
    const auto got = values_of<int16_t>(results[0]);
    const auto m = numerics::quantize_multiplier(double{kIn * kWeight} / double{out});
    for (int i = 0; i < rows * outputs; ++i) {
      int32_t sum = bias[static_cast<size_t>(i % outputs)];
      for (int k = 0; k < depth; ++k) {
        sum += (x[static_cast<size_t>(i / outputs * depth + k)] - 128) *
               (w[static_cast<size_t>(i % outputs * depth + k)] - 128);
      }
      REQUIRE(got[static_cast<size_t>(i)] == numerics::multiply_by_quantized_multiplier(sum, m));
    }
    // The working memory: columns in sixteens, of every row, highest bit flipped.
    CHECK(results[1][0] == (x[0] ^ 0x80));
    CHECK(results[1][16] == (x[static_cast<size_t>(rows == 1 ? 16 : depth)] ^ 0x80));
  }
}

TEST_CASE("shuffled weights want whole blocks, and one row or four") {
  const std::vector<uint8_t> w(4 * 32);
  const std::vector<int32_t> bias(8);
  const auto refusal = [&](const graph::Shape& rows, const graph::Shape& weights) {
    const auto count = static_cast<ptrdiff_t>(weights[0]);
    return error_of(shuffled_model(rows, weights, w, {bias.begin(), bias.begin() + count}, 1));
  };
  CHECK(refusal({4, 32}, {4, 32}) == "no error");
  CHECK(refusal({3, 32}, {4, 32}) ==
        "FULLY_CONNECTED #0 'y': has 3 rows and shuffled weights 4x32; the form is for 1 or 4 rows and weights in "
        "blocks of 4x16");
  CHECK(refusal({1, 16}, {8, 16}) == "no error");
}
