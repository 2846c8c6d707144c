// ADD, RELU, RELU6, QUANTIZE, DEQUANTIZE and SOFTMAX against their real-valued definitions.
#include <cmath>

#include "common/numerics/activation.h"
#include "common/numerics/multiplier.h"
#include "tests/kernels/one_op.h"

using namespace atl;
using namespace atl::kernels;
using namespace atl::kernels::test;
using graph::DType;
using graph::OpKind;
using graph::Shape;

namespace {

struct Scale {
  float scale;
  int32_t zero_point;
  double real(int32_t q) const { return static_cast<double>(scale) * (q - zero_point); }
  graph::Quantization quantization() const { return graph::per_tensor(scale, zero_point); }
};

template <typename T>
Scale draw_scale(Draw& draw) {
  const numerics::IntRange range = numerics::full_range<T>();
  return {draw.scales(1, 0.01f, 0.2f)[0], draw.range(range.low, range.high)};
}

// The element of an operand that an output element takes, by the rules of broadcasting.
size_t broadcast_index(size_t out, const Shape& out_shape, const Shape& shape) {
  size_t index = 0, stride = 1;
  for (size_t i = 0; i < out_shape.size(); ++i) {
    const auto extent = static_cast<size_t>(out_shape[out_shape.size() - 1 - i]);
    const size_t at = out % extent;
    out /= extent;
    if (i >= shape.size()) continue;
    const auto own = static_cast<size_t>(shape[shape.size() - 1 - i]);
    index += (own == 1 ? 0 : at) * stride;
    stride *= own;
  }
  return index;
}

struct Shapes {
  Shape a, b, out;
};

// Two shapes that broadcast, the second perhaps of lower rank, and what they make.
Shapes draw_broadcast(Draw& draw) {
  Shapes s;
  const int rank = draw.range(1, 5);
  for (int i = 0; i < rank; ++i) {
    const int extent = draw.range(1, 5), which = draw.range(0, 3);
    s.a.push_back(which == 1 ? 1 : extent);
    s.b.push_back(which == 2 ? 1 : extent);
  }
  const int dropped = draw.range(0, 1) ? draw.range(0, rank) : 0;
  s.b.erase(s.b.begin(), s.b.begin() + dropped);
  for (size_t i = 0; i < s.a.size(); ++i) {
    const size_t missing = s.a.size() - s.b.size();
    s.out.push_back(i < missing || s.b[i - missing] == 1 ? s.a[i] : s.b[i - missing]);
  }
  return s;
}

template <typename T>
int32_t add_formula(const Scale& sa, const Scale& sb, const Scale& so, int32_t a, int32_t b) {
  using namespace numerics;
  const double twice = 2 * std::fmax(static_cast<double>(sa.scale), static_cast<double>(sb.scale));
  const auto scaled = [&](const Scale& s, int32_t q) {
    return multiply_by_quantized_multiplier((q - s.zero_point) * (1 << 20),
                                            quantize_multiplier(static_cast<double>(s.scale) / twice));
  };
  const Multiplier out = quantize_multiplier(twice / (1048576.0 * static_cast<double>(so.scale)));
  return multiply_by_quantized_multiplier(scaled(sa, a) + scaled(sb, b), out) + so.zero_point;
}

template <typename T>
void check_add(Draw& draw) {
  const Shapes s = draw_broadcast(draw);
  const Scale sa = draw_scale<T>(draw), sb = draw_scale<T>(draw), so = draw_scale<T>(draw);
  const auto a = draw.integers<T>(graph::num_elements(s.a)), c = draw.integers<T>(graph::num_elements(s.b));
  graph::GraphBuilder b;
  const int32_t left = b.add_input("a", type_of<T>(), s.a, sa.quantization());
  const int32_t right = b.add_input("b", type_of<T>(), s.b, sb.quantization());
  graph::AddAttrs attrs;
  attrs.activation = draw.range(0, 1) ? graph::Activation::kRelu : graph::Activation::kNone;
  b.mark_output(b.add(left, right, attrs, {"y", type_of<T>(), so.quantization()}));
  const auto got = values_of<T>(run_model(b.finish(), {bytes_of(a), bytes_of(c)})[0]);
  REQUIRE(got.size() == static_cast<size_t>(graph::num_elements(s.out)));
  numerics::IntRange range = numerics::full_range<T>();
  if (attrs.activation == graph::Activation::kRelu) range.low = std::max(range.low, so.zero_point);
  for (size_t i = 0; i < got.size(); ++i) {
    const int32_t x = a[broadcast_index(i, s.out, s.a)], y = c[broadcast_index(i, s.out, s.b)];
    REQUIRE(got[i] == range.clamp(add_formula<T>(sa, sb, so, x, y)));
    const double real = (sa.real(x) + sb.real(y)) / static_cast<double>(so.scale) + so.zero_point;
    REQUIRE(std::fabs(got[i] - std::fmin(std::fmax(real, range.low), range.high)) < 0.51);
  }
}

}  // namespace

TEST_CASE("int8 and uint8 ADD broadcast, and are the sum to rounding") {
  Draw draw(1);
  for (int round = 0; round < 300; ++round) {
    check_add<int8_t>(draw);
    check_add<uint8_t>(draw);
  }
}

TEST_CASE("float ADD broadcasts") {
  Draw draw(2);
  for (int round = 0; round < 100; ++round) {
    const Shapes s = draw_broadcast(draw);
    const auto a = draw.floats(graph::num_elements(s.a)), c = draw.floats(graph::num_elements(s.b));
    graph::GraphBuilder b;
    const int32_t left = b.add_input("a", DType::kFloat32, s.a), right = b.add_input("b", DType::kFloat32, s.b);
    b.mark_output(b.add(left, right, {}, {"y"}));
    const auto got = values_of<float>(run_model(b.finish(), {bytes_of(a), bytes_of(c)})[0]);
    for (size_t i = 0; i < got.size(); ++i) {
      REQUIRE(got[i] == a[broadcast_index(i, s.out, s.a)] + c[broadcast_index(i, s.out, s.b)]);
    }
  }
}

TEST_CASE("RELU and RELU6 rescale and clamp") {
  Draw draw(3);
  std::vector<int8_t> all;
  for (int q = -128; q < 128; ++q) all.push_back(static_cast<int8_t>(q));
  for (int round = 0; round < 100; ++round) {
    const Scale in = draw_scale<int8_t>(draw), out = draw_scale<int8_t>(draw);
    for (const OpKind kind : {OpKind::kRelu, OpKind::kRelu6}) {
      graph::GraphBuilder b;
      const int32_t x = b.add_input("x", DType::kInt8, {256}, in.quantization());
      b.mark_output(b.unary(kind, x, {"y", DType::kInt8, out.quantization()}));
      const auto got = values_of<int8_t>(run_model(b.finish(), {bytes_of(all)})[0]);
      for (size_t i = 0; i < 256; ++i) {
        double real = std::fmax(in.real(all[i]), 0);
        if (kind == OpKind::kRelu6) real = std::fmin(real, 6);
        const double q = real / static_cast<double>(out.scale) + out.zero_point;
        REQUIRE(std::fabs(got[i] - std::fmin(std::fmax(q, -128), 127)) < 0.76);  // two roundings
      }
    }
  }
  graph::GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {5});
  b.mark_output(b.unary(OpKind::kRelu6, x, {"six"}));
  b.mark_output(b.unary(OpKind::kRelu, x, {"open"}));
  const auto outputs = run_model(b.finish(), {bytes_of(std::vector<float>{-1, 0, 3, 6, 7})});
  CHECK(values_of<float>(outputs[0]) == std::vector<float>{0, 0, 3, 6, 6});
  CHECK(values_of<float>(outputs[1]) == std::vector<float>{0, 0, 3, 6, 7});
}

TEST_CASE("float32 GELU: the elements that fill no vector of four take another exp") {
  graph::GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {5});
  b.mark_output(b.add_op(OpKind::kGelu, graph::GeluAttrs{}, {x}, graph::Output{"y"}));
  const auto outputs = run_model(b.finish(), {bytes_of(std::vector<float>(5, -0x1.2cc542p+2f))});
  const float in_vector = -0x1.9b2d02p-18f, alone = -0x1.9b2cfcp-18f;  // as the reference runtime's
  CHECK(values_of<float>(outputs[0]) == std::vector<float>{in_vector, in_vector, in_vector, in_vector, alone});
}

TEST_CASE("QUANTIZE divides in float32, rounds ties away and saturates") {
  const std::vector<float> x = {
      0, 0.25f, -0.25f, 0.75f, 1e30f, -1e30f, 63.0f, -64.25f, std::numeric_limits<float>::infinity()};
  graph::GraphBuilder b;
  const int32_t input = b.add_input("x", DType::kFloat32, {static_cast<int32_t>(x.size())});
  b.mark_output(b.unary(OpKind::kQuantize, input, {"i8", DType::kInt8, graph::per_tensor(0.5f, 1)}));
  b.mark_output(b.unary(OpKind::kQuantize, input, {"u8", DType::kUint8, graph::per_tensor(0.5f, 128)}));
  b.mark_output(b.unary(OpKind::kQuantize, input, {"i16", DType::kInt16, graph::per_tensor(0.5f, 0)}));
  const auto outputs = run_model(b.finish(), {bytes_of(x)});
  CHECK(values_of<int8_t>(outputs[0]) == std::vector<int8_t>{1, 2, 0, 3, 127, -128, 127, -128, 127});
  CHECK(values_of<uint8_t>(outputs[1]) == std::vector<uint8_t>{128, 129, 127, 130, 255, 0, 254, 0, 255});
  CHECK(values_of<int16_t>(outputs[2]) == std::vector<int16_t>{0, 1, -1, 2, 32767, -32768, 126, -129, 32767});
}

TEST_CASE("between int8 and uint8 of one scale QUANTIZE flips the sign bit") {
  std::vector<int8_t> all;
  for (int q = -128; q < 128; ++q) all.push_back(static_cast<int8_t>(q));
  graph::GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kInt8, {256}, graph::per_tensor(0.017f, -5));
  const int32_t u = b.unary(OpKind::kQuantize, x, {"u", DType::kUint8, graph::per_tensor(0.017f, 123)});
  b.mark_output(u);
  b.mark_output(b.unary(OpKind::kQuantize, u, {"back", DType::kInt8, graph::per_tensor(0.017f, -5)}));
  const auto outputs = run_model(b.finish(), {bytes_of(all)});
  for (size_t i = 0; i < 256; ++i) CHECK(outputs[0][i] == (static_cast<uint8_t>(all[i]) ^ 0x80));
  CHECK(outputs[1] == bytes_of(all));
}

TEST_CASE("DEQUANTIZE: one scale, a scale a channel, halves") {
  graph::GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kInt8, {3}, graph::per_tensor(0.1f, 2));
  b.mark_output(b.unary(OpKind::kDequantize, x, {"y"}));
  const int32_t w = b.add_constant("w", {2, 2}, std::vector<int8_t>{1, 2, 3, 4}, graph::per_channel({0.5f, 0.25f}, 0));
  b.mark_output(b.unary(OpKind::kDequantize, w, {"channels"}));
  const int32_t h = b.add_constant("h", DType::kFloat16, {2}, {0x00, 0x3C, 0x00, 0xC1});  // 1, -2.5
  b.mark_output(b.unary(OpKind::kDequantize, h, {"halves"}));
  const auto outputs = run_model(b.finish(), {bytes_of(std::vector<int8_t>{2, 5, -128})});
  const auto scaled = [](int q) { return static_cast<float>(static_cast<double>(0.1f) * q); };
  CHECK(values_of<float>(outputs[0]) == std::vector<float>{0, scaled(3), scaled(-130)});
  CHECK(values_of<float>(outputs[1]) == std::vector<float>{0.5f, 1.0f, 0.75f, 1.0f});
  CHECK(values_of<float>(outputs[2]) == std::vector<float>{1.0f, -2.5f});
}

TEST_CASE("SOFTMAX is the softmax to half a step, with rows of their own") {
  Draw draw(4);
  for (int round = 0; round < 50; ++round) {
    const int rows = draw.range(1, 4), depth = draw.range(1, 300);
    const Scale in = draw_scale<int8_t>(draw);
    const auto q = draw.integers<int8_t>(rows * depth);
    const float beta = draw.range(0, 1) ? 1.0f : 0.7f;
    std::vector<float> real;
    for (const int8_t x : q) real.push_back(static_cast<float>(in.real(x)));
    graph::GraphBuilder b;
    const int32_t x = b.add_input("q", DType::kInt8, {rows, depth}, in.quantization());
    const int32_t f = b.add_input("f", DType::kFloat32, {rows, depth});
    b.mark_output(b.softmax(x, {"yq", DType::kInt8, graph::per_tensor(1.0f / 256, -128)}, beta));
    b.mark_output(b.softmax(f, {"yf"}, beta));
    const auto outputs = run_model(b.finish(), {bytes_of(q), bytes_of(real)});
    const auto got = values_of<int8_t>(outputs[0]);
    const auto got_float = values_of<float>(outputs[1]);
    for (int row = 0; row < rows; ++row) {
      const auto at = [&](int i) { return static_cast<size_t>(row * depth + i); };
      double sum = 0, largest = -1e30;
      for (int i = 0; i < depth; ++i) largest = std::fmax(largest, static_cast<double>(real[at(i)]));
      const auto e = [&](int i) {
        return std::exp((static_cast<double>(real[at(i)]) - largest) * static_cast<double>(beta));
      };
      for (int i = 0; i < depth; ++i) sum += e(i);
      for (int i = 0; i < depth; ++i) {
        REQUIRE(std::fabs(got[at(i)] - std::fmin(256 * e(i) / sum - 128, 127)) < 0.52);
        REQUIRE(std::fabs(static_cast<double>(got_float[at(i)]) - e(i) / sum) < 1e-6);
      }
    }
  }
}

TEST_CASE("a thousand equal logits, on which the reference aborts, give the smallest output") {
  graph::GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kInt8, {1, 1000}, graph::per_tensor(0.0018f, 0));
  b.mark_output(b.softmax(x, {"y", DType::kInt8, graph::per_tensor(1.0f / 256, -128)}));
  CHECK(run_model(b.finish(), {Bytes(1000, 7)})[0] == Bytes(1000, 0x80));
}

TEST_CASE("an int8 softmax of another output scale is refused") {
  graph::GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kInt8, {1, 10}, graph::per_tensor(0.5f, 0));
  b.mark_output(b.softmax(x, {"y", DType::kInt8, graph::per_tensor(1.0f / 256, -128)}));
  b.tensor(1).quant.zero_point = {0};
  CHECK(error_of(b.finish()) ==
        "SOFTMAX #0 'y': the output must have scale 1/256 and zero point -128, and tensor #1 'y' has 0.00390625 and 0");
}
