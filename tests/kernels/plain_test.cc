// Elementwise operators on numbers without scales, selection and casts; their errors when the model runs.
#include <cmath>
#include <limits>

#include "tests/kernels/one_op.h"

using namespace atl;
using namespace atl::kernels::test;
using graph::DType;
using graph::OpKind;
using graph::Shape;

namespace {

constexpr int32_t kLowest = std::numeric_limits<int32_t>::min(), kHighest = std::numeric_limits<int32_t>::max();
constexpr float kInf = std::numeric_limits<float>::infinity();

struct Operand {
  DType type;
  Shape shape;
  Bytes bytes;
};

template <typename T>
Operand operand(Shape shape, const std::vector<T>& values) {
  return {type_of<T>(), std::move(shape), bytes_of(values)};
}
template <typename T>
Operand row_of(const std::vector<T>& values) {
  return operand({static_cast<int32_t>(values.size())}, values);
}
Operand bools(Shape shape, const std::vector<uint8_t>& values) {
  return {DType::kBool, std::move(shape), bytes_of(values)};
}

graph::Model model_of(OpKind kind, const std::vector<Operand>& operands, DType out,
                      graph::Attributes attrs = graph::NoAttrs{}) {
  graph::GraphBuilder builder;
  std::vector<int32_t> inputs;
  for (const Operand& one : operands) inputs.push_back(builder.add_input("x", one.type, one.shape));
  builder.mark_output(builder.add_op(kind, attrs, inputs, graph::Output{"y", out, {}}));
  return builder.finish();
}

template <typename T>
std::vector<T> run(OpKind kind, const std::vector<Operand>& operands, DType out = type_of<T>(),
                   graph::Attributes attrs = graph::NoAttrs{}) {
  std::vector<Bytes> inputs;
  for (const Operand& one : operands) inputs.push_back(one.bytes);
  return values_of<T>(run_model(model_of(kind, operands, out, attrs), inputs)[0]);
}

std::string error_when_run(OpKind kind, const std::vector<Operand>& operands, DType out,
                           graph::Attributes attrs = graph::NoAttrs{}) {
  const graph::Model model = model_of(kind, operands, out, attrs);
  auto interpreter = kernels::Interpreter::create(model);
  REQUIRE(interpreter.ok());
  for (size_t i = 0; i < operands.size(); ++i) interpreter->set_input(i, operands[i].bytes);
  const Status status = interpreter->invoke();
  return status.ok() ? "no error" : status.error().text();
}

using Ints = std::vector<int32_t>;
using Floats = std::vector<float>;
using Flags = std::vector<uint8_t>;

}  // namespace

TEST_CASE("integers wrap, and fused activations clamp them") {
  const Operand a = row_of(Ints{kHighest, kLowest, 7, -3}), b = row_of(Ints{1, 1, -9, 5});
  CHECK(run<int32_t>(OpKind::kAdd, {a, b}, DType::kInt32, graph::AddAttrs{}) == Ints{kLowest, kLowest + 1, -2, 2});
  CHECK(run<int32_t>(OpKind::kSub, {a, b}, DType::kInt32, graph::AddAttrs{}) == Ints{kHighest - 1, kHighest, 16, -8});
  const graph::ActivationAttrs relu6{graph::Activation::kRelu6};
  CHECK(run<int32_t>(OpKind::kMul, {a, b}, DType::kInt32, relu6) == Ints{6, 0, 0, 0});
  CHECK(run<int32_t>(OpKind::kSquaredDifference, {b, a}) == Ints{4, 1, 256, 64});
  CHECK(run<int32_t>(OpKind::kMaximum, {a, b}) == Ints{kHighest, 1, 7, 5});
  CHECK(run<int32_t>(OpKind::kMinimum, {a, b}) == Ints{1, kLowest, -9, -3});
  CHECK(run<int32_t>(OpKind::kAbs, {a}) == Ints{kHighest, kLowest, 7, 3});
  CHECK(run<int32_t>(OpKind::kNeg, {a}) == Ints{-kHighest, kLowest, -7, 3});
  CHECK(run<int32_t>(OpKind::kSign, {a}) == Ints{1, -1, 1, -1});
  const std::vector<int16_t> words = {32767, -32768};
  CHECK(run<int16_t>(OpKind::kAdd, {row_of(words), row_of(words)}, DType::kInt16, graph::AddAttrs{}) ==
        std::vector<int16_t>{-2, 0});
}

TEST_CASE("quotients and remainders have their signs, and no trap") {
  const Operand a = row_of(Ints{7, -7, 7, -7, kLowest}), b = row_of(Ints{2, 2, -2, -2, -1});
  CHECK(run<int32_t>(OpKind::kDiv, {a, b}, DType::kInt32, graph::ActivationAttrs{}) == Ints{3, -3, -3, 3, kLowest});
  CHECK(run<int32_t>(OpKind::kFloorDiv, {a, b}) == Ints{3, -4, -4, 3, kLowest});
  CHECK(run<int32_t>(OpKind::kFloorMod, {a, b}) == Ints{1, 1, -1, -1, 0});
  const Operand x = row_of(Floats{7, -7, 7.5f, -0.5f}), y = row_of(Floats{2, 2, -2, 2});
  CHECK(run<float>(OpKind::kFloorDiv, {x, y}) == Floats{3, -4, -4, -1});
  CHECK(run<float>(OpKind::kFloorMod, {x, y}) == Floats{1, 1, -0.5f, 1.5f});
}

TEST_CASE("what can't be computed is an error when the model runs") {
  const Operand a = row_of(Ints{1, 2}), zero = row_of(Ints{1, 0}), negative = row_of(Ints{2, -1});
  CHECK(error_when_run(OpKind::kDiv, {a, zero}, DType::kInt32, graph::ActivationAttrs{}) ==
        "DIV #0 'y': division by zero");
  CHECK(error_when_run(OpKind::kFloorDiv, {a, zero}, DType::kInt32) == "FLOOR_DIV #0 'y': division by zero");
  CHECK(error_when_run(OpKind::kFloorMod, {a, zero}, DType::kInt32) == "FLOOR_MOD #0 'y': division by zero");
  CHECK(error_when_run(OpKind::kPow, {a, negative}, DType::kInt32) == "POW #0 'y': the exponent -1 is negative");
  // Roots of quantized values; as floats they are NaN.
  graph::GraphBuilder builder;
  const int32_t x = builder.add_input("x", DType::kInt8, {1}, graph::per_tensor(0.1f, 5));
  builder.mark_output(builder.unary(OpKind::kSqrt, x, {"y", DType::kInt8, graph::per_tensor(0.1f, 0)}));
  CHECK(error_of(builder.finish()) == "SQRT #0 'y': the root of a negative value");
  CHECK(std::isnan(run<float>(OpKind::kSqrt, {row_of(Floats{-1})})[0]));
}

TEST_CASE("POW") {
  const Operand bases = row_of(Ints{2, -2, 3, 0, -1, 10});
  CHECK(run<int32_t>(OpKind::kPow, {bases, row_of(Ints{31, 31, 20, 0, 7, 10})}) ==
        Ints{kLowest, kLowest, kLowest, 1, -1, kLowest});
  CHECK(run<int32_t>(OpKind::kPow, {bases, row_of(Ints{30, 3, 19, 5, 8, 9})}) ==
        Ints{1 << 30, -8, 1162261467, 0, 1, 1000000000});
  // One exponent for all: products, which wrap.
  CHECK(run<int32_t>(OpKind::kPow, {bases, operand({}, Ints{33})}) ==
        Ints{0, 0, static_cast<int32_t>(5559060566555523ll & 0xFFFFFFFF), 0, -1, 0});
  CHECK(run<float>(OpKind::kPow, {row_of(Floats{3, 1e20f, -2}), operand({}, Floats{3})}) ==
        Floats{27, std::numeric_limits<float>::max(), -8});
  CHECK(run<float>(OpKind::kPow, {row_of(Floats{3, 1e20f, 4}), row_of(Floats{3, 3, 0.5f})}) == Floats{27, kInf, 2});
}

TEST_CASE("comparisons and logic give 0 or 1") {
  const Operand a = row_of(Ints{1, 2, 3}), b = row_of(Ints{2, 2, 2});
  CHECK(run<uint8_t>(OpKind::kLess, {a, b}, DType::kBool) == Flags{1, 0, 0});
  CHECK(run<uint8_t>(OpKind::kLessEqual, {a, b}, DType::kBool) == Flags{1, 1, 0});
  CHECK(run<uint8_t>(OpKind::kGreater, {a, b}, DType::kBool) == Flags{0, 0, 1});
  CHECK(run<uint8_t>(OpKind::kGreaterEqual, {a, b}, DType::kBool) == Flags{0, 1, 1});
  CHECK(run<uint8_t>(OpKind::kEqual, {a, b}, DType::kBool) == Flags{0, 1, 0});
  CHECK(run<uint8_t>(OpKind::kNotEqual, {a, b}, DType::kBool) == Flags{1, 0, 1});
  const Operand nan = row_of(Floats{NAN, 1}), one = row_of(Floats{NAN, 1});
  CHECK(run<uint8_t>(OpKind::kEqual, {nan, one}, DType::kBool) == Flags{0, 1});
  const Operand p = bools({4}, {0, 0, 1, 7}), q = bools({4}, {0, 1, 0, 1});
  CHECK(run<uint8_t>(OpKind::kLogicalAnd, {p, q}, DType::kBool) == Flags{0, 0, 0, 1});
  CHECK(run<uint8_t>(OpKind::kLogicalOr, {p, q}, DType::kBool) == Flags{0, 1, 1, 1});
  CHECK(run<uint8_t>(OpKind::kLogicalNot, {p}, DType::kBool) == Flags{1, 1, 0, 0});
  CHECK(run<uint8_t>(OpKind::kEqual, {p, q}, DType::kBool) == Flags{1, 0, 0, 1});
}

TEST_CASE("SELECT picks elements, rows or all; SELECT_V2 broadcasts") {
  const Operand a = operand({2, 2}, Ints{1, 2, 3, 4}), b = operand({2, 2}, Ints{-1, -2, -3, -4});
  CHECK(run<int32_t>(OpKind::kSelect, {bools({2, 2}, {1, 0, 0, 1}), a, b}) == Ints{1, -2, -3, 4});
  CHECK(run<int32_t>(OpKind::kSelect, {bools({2}, {0, 1}), a, b}) == Ints{-1, -2, 3, 4});
  CHECK(run<int32_t>(OpKind::kSelect, {bools({}, {1}), a, b}) == Ints{1, 2, 3, 4});
  CHECK(run<int32_t>(OpKind::kSelectV2, {bools({2}, {0, 1}), a, b}) == Ints{-1, 2, -3, 4});
  CHECK(run<int32_t>(OpKind::kSelectV2, {bools({2, 1}, {0, 1}), operand({3}, Ints{1, 2, 3}), operand({}, Ints{9})}) ==
        Ints{9, 9, 9, 1, 2, 3});
}

TEST_CASE("CAST") {
  const Operand x = row_of(Floats{1.9f, -1.9f, 300, -300, 3e9f, NAN, kInf});
  CHECK(run<int8_t>(OpKind::kCast, {x}) == std::vector<int8_t>{1, -1, 127, -128, 127, 127, 127});
  CHECK(run<uint8_t>(OpKind::kCast, {x}) == std::vector<uint8_t>{1, 0, 255, 0, 255, 255, 255});
  CHECK(run<int32_t>(OpKind::kCast, {x}) == Ints{1, -1, 300, -300, kHighest, kHighest, kHighest});
  CHECK(run<uint8_t>(OpKind::kCast, {row_of(Ints{0, 5, 256})}, DType::kBool) == Flags{0, 1, 1});
  CHECK(run<uint8_t>(OpKind::kCast, {row_of(Ints{0, 5, 256, -1})}) == Flags{0, 5, 0, 255});
  CHECK(run<float>(OpKind::kCast, {bools({3}, {0, 1, 9})}) == Floats{0, 1, 1});
  CHECK(run<uint16_t>(OpKind::kCast, {row_of(Floats{1, 65520, 1e-8f})}, DType::kFloat16) ==
        std::vector<uint16_t>{0x3C00, 0x7C00, 0});
  CHECK(run<float>(OpKind::kCast, {{DType::kFloat16, {2}, bytes_of(std::vector<uint16_t>{0xC100, 0x0001})}}) ==
        Floats{-2.5f, 0x1p-24f});
}

TEST_CASE("ROUND goes to even, SIGN keeps NaN, RELU passes what is within its bounds") {
  CHECK(run<float>(OpKind::kRound, {row_of(Floats{0.5f, 1.5f, 2.5f, -0.5f, -1.5f, 8388609, 1e30f, kInf})}) ==
        Floats{0, 2, 2, 0, -2, 8388609, 1e30f, kInf});
  const auto signs = run<float>(OpKind::kSign, {row_of(Floats{-3, 0, 2, NAN})});
  CHECK((signs[0] == -1 && signs[1] == 0 && signs[2] == 1 && std::isnan(signs[3])));
  CHECK(run<float>(OpKind::kRelu, {row_of(Floats{-kInf, kInf})}) == Floats{0, kInf});
  CHECK(run<float>(OpKind::kAdd, {row_of(Floats{kInf}), row_of(Floats{1})}, DType::kFloat32, graph::AddAttrs{}) ==
        Floats{std::numeric_limits<float>::max()});
}

TEST_CASE("operands of six axes broadcast against each other") {
  const Shape a = {2, 1, 3, 1, 2, 1}, b = {1, 2, 1, 3, 1, 4};
  Ints left(12), right(24);
  for (size_t i = 0; i < left.size(); ++i) left[i] = static_cast<int32_t>(1000 * i);
  for (size_t i = 0; i < right.size(); ++i) right[i] = static_cast<int32_t>(i);
  const auto sum = run<int32_t>(OpKind::kAdd, {operand(a, left), operand(b, right)}, DType::kInt32, graph::AddAttrs{});
  REQUIRE(sum.size() == 288);
  size_t at = 0;
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 2; ++j)
      for (int k = 0; k < 3; ++k)
        for (int l = 0; l < 3; ++l)
          for (int m = 0; m < 2; ++m)
            for (int n = 0; n < 4; ++n) REQUIRE(sum[at++] == 1000 * ((i * 3 + k) * 2 + m) + (j * 3 + l) * 4 + n);
}
