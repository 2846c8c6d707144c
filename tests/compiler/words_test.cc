// Operators of 16 bits on the accelerator: equal to the kernels, functions for every value, others for the corners too.
#include <catch2/catch.hpp>
#include <cstring>

#include "common/graph/builder.h"
#include "common/numerics/softmax16.h"
#include "tests/compiler/on_accelerator.h"

using namespace atl;
using graph::DType;
using graph::GraphBuilder;
using graph::OpKind;
using graph::per_tensor;
using graph::Quantization;
using graph::Shape;
using test::host_reason_of_last;
using test::require_equal;

namespace {

Bytes bytes_of(const std::vector<int16_t>& values) {
  Bytes bytes(values.size() * sizeof(int16_t));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

Bytes all_words() {
  std::vector<int16_t> values;
  for (int32_t q = -32768; q <= 32767; ++q) values.push_back(static_cast<int16_t>(q));
  return bytes_of(values);
}

const std::vector<int16_t> kCorners = {-32768, -32767, -16385, -16384, -129, -128, -127, -2,    -1,    0,
                                       1,      2,      127,    128,    129,  255,  256,  16383, 16384, 32767};

// Every corner with every other one.
std::vector<Bytes> corner_pairs() {
  std::vector<int16_t> a, b;
  for (const int16_t x : kCorners) {
    for (const int16_t y : kCorners) a.push_back(x), b.push_back(y);
  }
  return {bytes_of(a), bytes_of(b)};
}

graph::Model unary(OpKind kind, const graph::Attributes& attributes, Quantization in, DType type, Quantization out) {
  GraphBuilder builder;
  const int32_t x = builder.add_input("x", DType::kInt16, {256, 256}, std::move(in));
  builder.mark_output(builder.add_op(kind, attributes, {x}, {"y", type, std::move(out)}));
  return builder.finish();
}
graph::Model unary(OpKind kind, Quantization in, Quantization out) {
  return unary(kind, graph::default_attributes(kind), std::move(in), DType::kInt16, std::move(out));
}

struct Scales {
  Quantization a, b, out;
};

graph::Model binary(OpKind kind, const graph::Attributes& attributes, const Scales& scales,
                    DType out_type = DType::kInt16) {
  const auto side = static_cast<int32_t>(kCorners.size());
  GraphBuilder builder;
  const int32_t a = builder.add_input("a", DType::kInt16, {side, side}, scales.a);
  const int32_t b = builder.add_input("b", DType::kInt16, {side, side}, scales.b);
  builder.mark_output(builder.add_op(kind, attributes, {a, b}, {"y", out_type, scales.out}));
  return builder.finish();
}

}  // namespace

TEST_CASE("functions of 16 bits by formulas, for every value") {
  for (const OpKind kind : {OpKind::kRelu, OpKind::kRelu6, OpKind::kLeakyRelu, OpKind::kAbs}) {
    INFO(graph::op_info(kind).name);
    require_equal(unary(kind, per_tensor(0x1p-11f, 0), per_tensor(0x1p-11f, 0)), {all_words()});
    require_equal(unary(kind, per_tensor(3.1e-4f, 0), per_tensor(1.7e-5f, 0)), {all_words()});
    require_equal(unary(kind, per_tensor(3.1e-4f, 0), per_tensor(2.9e-3f, 0)), {all_words()});
  }
  require_equal(unary(OpKind::kAbs, {}, {}), {all_words()});
  require_equal(unary(OpKind::kNeg, per_tensor(0.01f, 0), per_tensor(0.01f, 0)), {all_words()});
}

TEST_CASE("LOGISTIC and TANH of 16 bits for every value and kind of scale") {
  for (const OpKind kind : {OpKind::kLogistic, OpKind::kTanh}) {
    for (const float scale : {0x1p-12f, 0x1p-11f, 0x1p-10f, 0x1p-14f, 1e-4f, 3.3e-4f, 0.7f, 1e-9f, 1e4f, 1e-14f}) {
      INFO(graph::op_info(kind).name << " " << scale);
      require_equal(unary(kind, per_tensor(scale, 0), per_tensor(0x1p-15f, 0)), {all_words()});
    }
  }
}

TEST_CASE("functions of 16 bits that are interpolated, for every value") {
  for (const OpKind kind : {OpKind::kExp, OpKind::kLog, OpKind::kGelu}) {
    INFO(graph::op_info(kind).name);
    require_equal(unary(kind, per_tensor(2e-4f, 0), per_tensor(3e-4f, 0)), {all_words()});
    require_equal(unary(kind, per_tensor(1e-3f, 0), per_tensor(1e-5f, 0)), {all_words()});
    require_equal(unary(kind, per_tensor(1e-6f, 0), per_tensor(1e-4f, 0)), {all_words()});
  }
}

TEST_CASE("roots of 16 bits stay on the host: negative values are an error when the model runs") {
  CHECK(host_reason_of_last(unary(OpKind::kSqrt, per_tensor(0.01f, 0), per_tensor(0.01f, 0))) ==
        "of 16 bits, it must be defined for all values of its input, by a formula or 512 straight pieces; SQRT #0 'y': "
        "the root of a negative value");
}

TEST_CASE("QUANTIZE between 16 bits and other types") {
  const graph::Attributes none = graph::default_attributes(OpKind::kQuantize);
  for (const float out : {1e-3f, 0.05f, 1e-4f, 7.0f}) {
    require_equal(unary(OpKind::kQuantize, none, per_tensor(1e-3f, 0), DType::kInt8, per_tensor(out, -13)),
                  {all_words()});
    require_equal(unary(OpKind::kQuantize, none, per_tensor(1e-3f, 0), DType::kInt16, per_tensor(out, 0)),
                  {all_words()});
    require_equal(unary(OpKind::kQuantize, none, per_tensor(1e-3f, 0), DType::kInt32, per_tensor(out * 1e-5f, 0)),
                  {all_words()});
  }
  for (const DType type : {DType::kInt8, DType::kUint8}) {
    GraphBuilder builder;
    const int32_t x = builder.add_input("x", type, {4, 64}, per_tensor(0.03f, 7));
    builder.mark_output(builder.unary(OpKind::kQuantize, x, {"y", DType::kInt16, per_tensor(1e-4f, 0)}));
    require_equal(builder.finish());
  }
}

TEST_CASE("sums and differences of 16 bits") {
  for (const OpKind kind : {OpKind::kAdd, OpKind::kSub}) {
    INFO(graph::op_info(kind).name);
    graph::AddAttrs attrs;
    attrs.pot_scale_int16 = false;
    for (const auto activation : {graph::Activation::kNone, graph::Activation::kRelu6, graph::Activation::kReluN1To1}) {
      attrs.activation = activation;
      const Quantization small = per_tensor(1e-4f, 0), large = per_tensor(7e-4f, 0), tiny = per_tensor(1e-5f, 0);
      require_equal(binary(kind, attrs, {small, large, large}), corner_pairs());
      require_equal(binary(kind, attrs, {large, small, tiny}), corner_pairs());
      require_equal(binary(kind, attrs, {{}, {}, {}}), corner_pairs());
    }
    attrs.activation = graph::Activation::kNone;
    attrs.pot_scale_int16 = true;
    const Quantization fine = per_tensor(0x1p-15f, 0), coarse = per_tensor(0x1p-12f, 0);
    require_equal(binary(kind, attrs, {coarse, fine, coarse}), corner_pairs());
    require_equal(binary(kind, attrs, {fine, coarse, coarse}), corner_pairs());
    require_equal(binary(kind, attrs, {fine, fine, fine}), corner_pairs());
    require_equal(binary(kind, attrs, {per_tensor(3e-4f, 0), fine, coarse}), corner_pairs());
  }
}

TEST_CASE("products, extremes and comparisons of 16 bits") {
  const Quantization a = per_tensor(1e-3f, 0), b = per_tensor(3e-4f, 0);
  graph::ActivationAttrs relu;
  relu.activation = graph::Activation::kRelu;
  require_equal(binary(OpKind::kMul, relu, {a, b, per_tensor(0.01f, 0)}), corner_pairs());
  require_equal(binary(OpKind::kMul, graph::ActivationAttrs{}, {a, b, per_tensor(3e-7f, 0)}), corner_pairs());
  require_equal(binary(OpKind::kMul, graph::ActivationAttrs{}, {{}, {}, {}}), corner_pairs());
  const Quantization q15 = per_tensor(0x1p-15f, 0);
  require_equal(binary(OpKind::kMul, graph::ActivationAttrs{}, {q15, q15, per_tensor(0x1p-7f, -20)}, DType::kInt8),
                corner_pairs());
  require_equal(binary(OpKind::kMul, relu, {q15, q15, per_tensor(0x1p-7f, 128)}, DType::kUint8), corner_pairs());
  for (const OpKind kind : {OpKind::kMaximum, OpKind::kMinimum}) {
    require_equal(binary(kind, graph::default_attributes(kind), {a, a, a}), corner_pairs());
  }
  for (const OpKind kind : {OpKind::kEqual, OpKind::kNotEqual, OpKind::kLess, OpKind::kLessEqual, OpKind::kGreater,
                            OpKind::kGreaterEqual}) {
    INFO(graph::op_info(kind).name);
    require_equal(binary(kind, graph::default_attributes(kind), {a, b, {}}, DType::kBool), corner_pairs());
    require_equal(binary(kind, graph::default_attributes(kind), {{}, {}, {}}, DType::kBool), corner_pairs());
  }
}

TEST_CASE("PRELU of 16 bits has slopes of 8") {
  GraphBuilder builder;
  const int32_t x = builder.add_input("x", DType::kInt16, {2, 128, 256}, per_tensor(1e-3f, 0));
  std::vector<uint8_t> slopes(256);
  for (size_t i = 0; i < slopes.size(); ++i) slopes[i] = static_cast<uint8_t>(i);
  const int32_t alpha = builder.add_constant("alpha", DType::kInt8, {1, 256}, slopes, per_tensor(0.02f, 0));
  builder.mark_output(builder.add_op(OpKind::kPrelu, graph::default_attributes(OpKind::kPrelu), {x, alpha},
                                     {"y", DType::kInt16, per_tensor(4e-4f, 0)}));
  require_equal(builder.finish(), {all_words()});
}

TEST_CASE("SOFTMAX of 16 bits, and to 16 bits from 8") {
  for (const int16_t value : numerics::softmax16_exponentials()) REQUIRE(value >= 0);
  for (const int32_t classes : {1, 2, 10, 1001}) {
    for (const float scale : {1e-5f, 3e-4f, 0.1f}) {
      INFO(classes << " " << scale);
      GraphBuilder builder;
      const int32_t x = builder.add_input("x", DType::kInt16, {3, classes}, per_tensor(scale, 0));
      builder.mark_output(builder.softmax(x, {"y", DType::kInt16, per_tensor(0x1p-15f, 0)}));
      const graph::Model model = builder.finish();
      require_equal(model);
      require_equal(model, {Bytes(static_cast<size_t>(classes) * 6, 0x7f)});
    }
  }
  for (const DType type : {DType::kInt8, DType::kUint8}) {
    GraphBuilder builder;
    const int32_t x = builder.add_input("x", type, {5, 37}, per_tensor(0.08f, 3));
    builder.mark_output(builder.softmax(x, {"y", DType::kInt16, per_tensor(0x1p-16f, -32768)}));
    require_equal(builder.finish());
  }
}

TEST_CASE("pooling and reductions of 16 bits") {
  for (const OpKind kind : {OpKind::kAveragePool2D, OpKind::kMaxPool2D}) {
    for (const int32_t filter : {2, 3, 7, 40}) {
      INFO(graph::op_info(kind).name << " " << filter);
      graph::Pool2DAttrs attrs;
      attrs.filter_h = attrs.filter_w = filter;
      attrs.stride_h = attrs.stride_w = std::min(filter, 3);
      GraphBuilder builder;
      const int32_t x = builder.add_input("x", DType::kInt16, {1, 41, 40, 2}, per_tensor(1e-3f, 0));
      builder.mark_output(builder.pool2d(kind, x, attrs, {"y", DType::kInt16, per_tensor(1e-3f, 0)}));
      const graph::Model model = builder.finish();
      require_equal(model);
      Bytes lowest(41 * 40 * 2 * 2);
      for (size_t i = 1; i < lowest.size(); i += 2) lowest[i] = 0x80;
      require_equal(model, {lowest});
    }
  }
  for (const OpKind kind : {OpKind::kMean, OpKind::kSum, OpKind::kReduceMax, OpKind::kReduceMin}) {
    INFO(graph::op_info(kind).name);
    GraphBuilder builder;
    const int32_t x = builder.add_input("x", DType::kInt16, {3, 40, 70, 2}, per_tensor(1e-3f, 0));
    const int32_t axes = builder.add_constant("axes", {2}, std::vector<int32_t>{1, 2});
    const float out = kind == OpKind::kMean ? 7e-4f : kind == OpKind::kSum ? 0.03f : 1e-3f;
    builder.mark_output(
        builder.add_op(kind, graph::default_attributes(kind), {x, axes}, {"y", DType::kInt16, per_tensor(out, 0)}));
    require_equal(builder.finish());
  }
}

TEST_CASE("RESIZE_BILINEAR of 16 bits: sums beyond 32 bits, ties, both signs") {
  for (const bool centers : {false, true}) {
    graph::ResizeAttrs attrs;
    attrs.half_pixel_centers = centers;
    for (const Shape& size : {Shape{2}, Shape{5, 13}, Shape{16, 16}, Shape{3, 4}}) {
      GraphBuilder builder;
      const int32_t x = builder.add_input("x", DType::kInt16, {1, 4, 5, 20}, per_tensor(1e-3f, 0));
      const std::vector<int32_t> extents{size[0], size.back()};
      const int32_t shape = builder.add_constant("size", {2}, extents);
      builder.mark_output(
          builder.add_op(OpKind::kResizeBilinear, attrs, {x, shape}, {"y", DType::kInt16, per_tensor(1e-3f, 0)}));
      const graph::Model model = builder.finish();
      require_equal(model, {corner_pairs()[0]});
      require_equal(model, {corner_pairs()[1]});
      require_equal(model);
    }
  }
}
