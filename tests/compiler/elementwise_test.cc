// Functions of one byte and operators of two operands on the accelerator: equal to the kernels on every byte.
#include <catch2/catch.hpp>
#include <numeric>

#include "common/graph/builder.h"
#include "compiler/lower/op_rules.h"
#include "tests/compiler/on_accelerator.h"

using namespace atl;
using graph::DType;
using graph::GraphBuilder;
using graph::OpKind;
using graph::Shape;
using test::require_equal;

namespace {

Bytes all_bytes() {
  Bytes bytes(256);
  std::iota(bytes.begin(), bytes.end(), uint8_t{0});
  return bytes;
}

graph::Model unary(OpKind kind, DType type, graph::Quantization in, graph::Quantization out) {
  GraphBuilder builder;
  const int32_t x = builder.add_input("x", type, {4, 64}, in);
  builder.mark_output(builder.add_op(kind, graph::default_attributes(kind), {x}, {"y", type, out}));
  return builder.finish();
}

struct Operands {
  Shape a, b;
  float scale_a, scale_b, scale_out;
};

graph::Model binary(OpKind kind, DType type, const Operands& operands) {
  const int64_t zero = type == DType::kUint8 ? 128 : 0;
  GraphBuilder builder;
  const int32_t a = builder.add_input("a", type, operands.a, graph::per_tensor(operands.scale_a, zero + 5));
  const int32_t b = builder.add_input("b", type, operands.b, graph::per_tensor(operands.scale_b, zero - 9));
  builder.mark_output(builder.add_op(kind, graph::default_attributes(kind), {a, b},
                                     {"y", type, graph::per_tensor(operands.scale_out, zero + 17)}));
  return builder.finish();
}

std::string reason(const graph::Model& model) {
  return compiler::why_not_on_accelerator({model.main(), model.main().ops.back()}).value_or("");
}

}  // namespace

TEST_CASE("functions of one byte, for every byte") {
  for (const OpKind kind :
       {OpKind::kReluN1To1, OpKind::kRelu0To1, OpKind::kLeakyRelu, OpKind::kHardSwish, OpKind::kGelu, OpKind::kRelu}) {
    INFO(graph::op_info(kind).name);
    require_equal(unary(kind, DType::kInt8, graph::per_tensor(0.03f, -7), graph::per_tensor(0.02f, 11)), {all_bytes()});
    require_equal(unary(kind, DType::kUint8, graph::per_tensor(0.03f, 99), graph::per_tensor(0.02f, 140)),
                  {all_bytes()});
  }
  for (const OpKind kind : {OpKind::kElu, OpKind::kAbs, OpKind::kExp}) {
    INFO(graph::op_info(kind).name);
    require_equal(unary(kind, DType::kInt8, graph::per_tensor(0.03f, -7), graph::per_tensor(0.05f, 11)), {all_bytes()});
  }
  require_equal(unary(OpKind::kTanh, DType::kInt8, graph::per_tensor(0.05f, 4), graph::per_tensor(1 / 128.0f, 0)),
                {all_bytes()});
  require_equal(unary(OpKind::kLogistic, DType::kUint8, graph::per_tensor(0.05f, 90), graph::per_tensor(1 / 256.0f, 0)),
                {all_bytes()});
  // Of values that are never negative.
  for (const OpKind kind : {OpKind::kSqrt, OpKind::kRsqrt}) {
    require_equal(unary(kind, DType::kInt8, graph::per_tensor(0.05f, -128), graph::per_tensor(0.05f, -128)),
                  {all_bytes()});
  }
}

TEST_CASE("a function that some bytes have no value of stays on the host") {
  const auto quant = graph::per_tensor(0.05f, 0);
  CHECK_THAT(reason(unary(OpKind::kRsqrt, DType::kInt8, quant, quant)),
             Catch::StartsWith("of 8 bits, it must be defined for each of the 256 values of its input; "));
}

TEST_CASE("two operands with broadcasting") {
  const auto kind = GENERATE(OpKind::kSub, OpKind::kMul, OpKind::kMaximum, OpKind::kMinimum, OpKind::kPrelu,
                             OpKind::kSquaredDifference);
  INFO(graph::op_info(kind).name);
  const std::vector<Operands> cases = {
      {{2, 5, 4, 3}, {2, 5, 4, 3}, 0.05f, 0.02f, 0.07f},
      {{2, 5, 4, 3}, {4, 1}, 0.05f, 0.2f, 0.01f},
      {{1, 70, 80, 3}, {3}, 0.05f, 0.02f, 0.07f},
      {{2, 3}, {2, 3}, 0.5f, 0.25f, 1e-7f},
      {{2, 3}, {2, 3}, 0.5f, 0.25f, 1e-30f},
      {{2, 3}, {2, 3}, 1e-6f, 1e-6f, 1e6f},
  };
  for (const Operands& one : cases) {
    CAPTURE(one.scale_a, one.scale_b, one.scale_out);
    require_equal(binary(kind, DType::kInt8, one), {});
    if (kind != OpKind::kSquaredDifference) require_equal(binary(kind, DType::kUint8, one), {});
  }
}

TEST_CASE("comparisons") {
  for (const OpKind kind : {OpKind::kEqual, OpKind::kNotEqual, OpKind::kLess, OpKind::kLessEqual, OpKind::kGreater,
                            OpKind::kGreaterEqual}) {
    INFO(graph::op_info(kind).name);
    for (const Shape& shape : {Shape{2, 60}, Shape{90, 60}}) {
      for (const DType type : {DType::kInt8, DType::kUint8}) {
        GraphBuilder builder;
        const int32_t a = builder.add_input("a", type, shape, graph::per_tensor(0.05f, 3));
        const int32_t b = builder.add_input("b", type, {60}, graph::per_tensor(0.07f, 12));
        builder.mark_output(builder.add_op(kind, graph::NoAttrs{}, {a, b}, {"y", DType::kBool, {}}));
        require_equal(builder.finish(), {});
      }
    }
  }
}

TEST_CASE("an operand that is a constant of one element makes a table") {
  GraphBuilder builder;
  const int32_t x = builder.add_input("x", DType::kInt8, {256}, graph::per_tensor(0.05f, 3));
  const int32_t c = builder.add_constant<int8_t>("c", {1}, {77}, graph::per_tensor(0.02f, -4));
  const int32_t difference =
      builder.add_op(OpKind::kSub, graph::AddAttrs{}, {c, x}, {"d", DType::kInt8, graph::per_tensor(0.06f, 1)});
  builder.mark_output(builder.add_op(OpKind::kMul, graph::ActivationAttrs{}, {difference, c},
                                     {"y", DType::kInt8, graph::per_tensor(0.1f, 2)}));
  require_equal(builder.finish(), {all_bytes()});
}
