// Operators with more to them than one loop, over shapes, steps and batches that the stored cases don't have: equal to
// the kernels on every byte, on edge and tiny, and none left to the host.
#include <catch2/catch.hpp>

#include "common/graph/builder.h"
#include "tests/compiler/on_accelerator.h"

using namespace atl;
using graph::Attributes;
using graph::DType;
using graph::GraphBuilder;
using graph::OpKind;
using graph::Shape;
using test::host_reason_of_last;
using test::require_equal;

namespace {

const graph::Quantization kQuant = graph::per_tensor(0.1f, 3);

std::vector<uint8_t> noise(size_t count) {
  std::vector<uint8_t> bytes(count);
  uint32_t state = 12345;
  for (uint8_t& byte : bytes) {
    state = state * 1664525u + 1013904223u;
    byte = static_cast<uint8_t>(state >> 24);
  }
  return bytes;
}

struct Spread {
  int32_t height, width, channels, outputs, kernel_h, kernel_w, stride_h, stride_w;
  graph::Padding padding = graph::Padding::kSame;
};

graph::Model transpose_conv(const Spread& s, DType type) {
  GraphBuilder builder;
  const bool valid = s.padding == graph::Padding::kValid;
  const auto extent = [&](int32_t in, int32_t kernel, int32_t stride) {
    return valid ? (in - 1) * stride + kernel : in * stride;
  };
  const Shape out{2, extent(s.height, s.kernel_h, s.stride_h), extent(s.width, s.kernel_w, s.stride_w), s.outputs};
  const int32_t shape = builder.add_constant("shape", {4}, std::vector<int32_t>(out.begin(), out.end()));
  const Shape filter{s.outputs, s.kernel_h, s.kernel_w, s.channels};
  const auto weights = static_cast<size_t>(graph::num_elements(filter));
  const int32_t w = builder.add_constant("w", type, filter, noise(weights),
                                         graph::per_tensor(0.02f, type == DType::kUint8 ? 120 : 0));
  const int32_t x = builder.add_input("x", type, {2, s.height, s.width, s.channels}, kQuant);
  std::vector<int32_t> bias(static_cast<size_t>(s.outputs));
  for (size_t i = 0; i < bias.size(); ++i) bias[i] = static_cast<int32_t>(i * 300) - 500;
  const int32_t b = builder.add_constant("b", {s.outputs}, bias, graph::per_tensor(0.002f, 0));
  graph::TransposeConvAttrs attrs;
  attrs.padding = s.padding, attrs.stride_h = s.stride_h, attrs.stride_w = s.stride_w;
  builder.mark_output(
      builder.add_op(OpKind::kTransposeConv, attrs, {shape, w, x, b}, {"y", type, graph::per_tensor(0.3f, 5)}));
  return builder.finish();
}

graph::Model resize(const Shape& in, int32_t height, int32_t width, bool aligned, bool half, DType type) {
  GraphBuilder builder;
  const int32_t x = builder.add_input("x", type, in, kQuant);
  const int32_t size = builder.add_constant("size", {2}, std::vector<int32_t>{height, width});
  builder.mark_output(
      builder.add_op(OpKind::kResizeBilinear, graph::ResizeAttrs{aligned, half}, {x, size}, {"y", type, kQuant}));
  return builder.finish();
}

graph::Model arg(OpKind kind, const Shape& in, int32_t axis, DType type, DType index) {
  GraphBuilder builder;
  const int32_t x = builder.add_input("x", type, in, kQuant);
  const int32_t a = builder.add_constant("axis", {1}, std::vector<int32_t>{axis});
  builder.mark_output(builder.add_op(kind, graph::OutputTypeAttrs{index}, {x, a}, {"y", index, {}}));
  return builder.finish();
}

graph::Model product(const Shape& x_shape, const Shape& y_shape, bool adj_x, bool adj_y) {
  GraphBuilder builder;
  const int32_t x = builder.add_input("x", DType::kInt8, x_shape, kQuant);
  const int32_t y = builder.add_input("y", DType::kInt8, y_shape, graph::per_tensor(0.05f, -7));
  graph::BatchMatMulAttrs attrs;
  attrs.adj_x = adj_x, attrs.adj_y = adj_y;
  builder.mark_output(
      builder.add_op(OpKind::kBatchMatMul, attrs, {x, y}, {"z", DType::kInt8, graph::per_tensor(2.0f, 4)}));
  return builder.finish();
}

graph::Model row_function(OpKind kind, Attributes attrs, const Shape& in, float scale, graph::Quantization out) {
  GraphBuilder builder;
  const int32_t x = builder.add_input("x", DType::kInt8, in, graph::per_tensor(scale, 3));
  builder.mark_output(builder.add_op(kind, attrs, {x}, {"y", DType::kInt8, out}));
  return builder.finish();
}

graph::Model select(OpKind kind, const Shape& condition, const Shape& a_shape, const Shape& b_shape) {
  GraphBuilder builder;
  const int32_t c = builder.add_input("c", DType::kBool, condition);
  const int32_t a = builder.add_input("a", DType::kInt8, a_shape, kQuant);
  const int32_t b = builder.add_input("b", DType::kInt8, b_shape, kQuant);
  builder.mark_output(builder.add_op(kind, graph::NoAttrs{}, {c, a, b}, {"y", DType::kInt8, kQuant}));
  return builder.finish();
}

}  // namespace

TEST_CASE("transposed convolutions on the accelerator") {
  const std::vector<Spread> cases = {
      {5, 4, 3, 7, 3, 3, 2, 2},                          // phases of 1, 2 and 4 taps
      {5, 4, 3, 7, 3, 3, 2, 2, graph::Padding::kValid},  // an extent that the strides don't divide
      {4, 6, 5, 3, 4, 4, 2, 2},                          // as generators have it
      {3, 3, 70, 66, 2, 2, 2, 2},                        // more channels than array
      {3, 4, 2, 5, 2, 1, 3, 2},                          // phases without taps
      {6, 5, 4, 4, 5, 3, 1, 1},                          // one phase
      {3, 2, 4, 4, 9, 7, 2, 3, graph::Padding::kValid},  // wider than the input
      {1, 1, 3, 4, 5, 5, 4, 4, graph::Padding::kSame}};
  for (const Spread& one : cases) {
    for (const DType type : {DType::kInt8, DType::kUint8}) {
      CAPTURE(one.kernel_h, one.kernel_w, one.stride_h, one.stride_w, graph::dtype_name(type));
      require_equal(transpose_conv(one, type));
    }
  }
}

TEST_CASE("transposed convolutions of too many phases stay on the host") {
  CHECK(host_reason_of_last(transpose_conv({9, 9, 1, 1, 3, 3, 9, 8}, DType::kInt8)) ==
        "the strides must make at most 64 phases; there are 72");
}

TEST_CASE("bilinear resizes on the accelerator") {
  for (const auto& [aligned, half] : {std::pair{false, false}, {true, false}, {false, true}}) {
    for (const auto& [height, width] : {std::pair{10, 14}, {5, 7}, {1, 1}, {3, 20}, {17, 2}, {40, 56}}) {
      CAPTURE(aligned, half, height, width);
      require_equal(resize({2, 5, 7, 3}, height, width, aligned, half, DType::kInt8));
    }
  }
  require_equal(resize({1, 1, 1, 5}, 9, 6, true, false, DType::kUint8));
  require_equal(resize({1, 5, 9, 5}, 9, 33, true, false, DType::kUint8));
  require_equal(resize({1, 4, 4, 3}, 8, 16, false, true, DType::kUint8));
}

TEST_CASE("bytes that the reference blends in float with rounding stay on the host") {
  CHECK(host_reason_of_last(resize({1, 5, 8, 1}, 5, 9, false, false, DType::kUint8)) ==
        "uint8, which the reference blends in float, must blend in parts of 128; 8 to 9 does not");
}

TEST_CASE("places of extremes on the accelerator") {
  for (const OpKind kind : {OpKind::kArgMax, OpKind::kArgMin}) {
    for (const DType index : {DType::kInt32, DType::kInt64}) {
      for (const DType type : {DType::kInt8, DType::kUint8}) {
        for (const int32_t extent : {1, 3, 64, 65, 128, 1000}) {
          CAPTURE(graph::op_info(kind).name, extent);
          require_equal(arg(kind, {3, extent}, -1, type, index));
        }
        require_equal(arg(kind, {2, 5, 3, 4}, 1, type, index));
      }
    }
  }
  CHECK(host_reason_of_last(arg(OpKind::kArgMax, {1, 4097}, 1, DType::kInt8, DType::kInt32)) ==
        "the axis must be a constant within the rank, of at most 4096 elements; it has 4097");
}

TEST_CASE("matrix products of activations on the accelerator") {
  for (const bool adj_x : {false, true}) {
    for (const bool adj_y : {false, true}) {
      const auto turned = [](Shape shape, bool turn) {
        if (turn) std::swap(shape[shape.size() - 1], shape[shape.size() - 2]);
        return shape;
      };
      CAPTURE(adj_x, adj_y);
      require_equal(product(turned({2, 3, 5, 7}, adj_x), turned({2, 3, 7, 6}, adj_y), adj_x, adj_y));
      require_equal(product(turned({3, 5, 7}, adj_x), turned({1, 7, 130}, adj_y), adj_x, adj_y));
      require_equal(product(turned({1, 130, 70}, adj_x), turned({2, 70, 64}, adj_y), adj_x, adj_y));
      require_equal(product(turned({3, 1, 1, 9}, adj_x), turned({2, 9, 1}, adj_y), adj_x, adj_y));
    }
  }
}

TEST_CASE("norms and logarithms of rows on the accelerator") {
  const auto norm = graph::per_tensor(1.0f / 128, 0), log = graph::per_tensor(1.0f / 16, 127);
  for (const Shape& shape : {Shape{5, 1}, Shape{3, 10}, Shape{2, 2, 300}}) {
    CAPTURE(graph::shape_text(shape));
    require_equal(row_function(OpKind::kL2Normalization, graph::ActivationAttrs{}, shape, 0.1f, norm));
    for (const float scale : {0.001f, 0.1f, 0.5f, 9.0f}) {
      require_equal(row_function(OpKind::kLogSoftmax, graph::NoAttrs{}, shape, scale, log));
    }
  }
}

TEST_CASE("choices by a condition on the accelerator") {
  require_equal(select(OpKind::kSelectV2, {2, 1, 5}, {3, 1}, {2, 3, 5}));
  require_equal(select(OpKind::kSelectV2, {1}, {4, 6}, {4, 6}));
  require_equal(select(OpKind::kSelect, {4}, {4, 6}, {4, 6}));
  require_equal(select(OpKind::kSelect, {4, 6}, {4, 6}, {4, 6}));
}

TEST_CASE("updates of a part at constant begins on the accelerator") {
  for (const std::vector<int32_t>& begins : {std::vector<int32_t>{1, 2}, {-4, 9}}) {
    GraphBuilder builder;
    const int32_t x = builder.add_input("x", DType::kInt8, {4, 7}, kQuant);
    const int32_t u = builder.add_input("u", DType::kInt8, {2, 3}, kQuant);
    const int32_t b = builder.add_constant("b", {2}, begins);
    builder.mark_output(
        builder.add_op(OpKind::kDynamicUpdateSlice, graph::NoAttrs{}, {x, u, b}, {"y", DType::kInt8, kQuant}));
    require_equal(builder.finish());
  }
}
