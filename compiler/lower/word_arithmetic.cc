#include "compiler/lower/word_arithmetic.h"

#include <algorithm>

#include "common/numerics/sigmoid16.h"
#include "compiler/lower/quantization.h"

namespace atl::compiler {
namespace {

using graph::OpKind;
using Op = isa::LaneOp;

graph::Activation fused(const graph::OpView& op) {
  return op.op.kind == OpKind::kMul ? op.attrs<graph::ActivationAttrs>().activation
                                    : op.attrs<graph::AddAttrs>().activation;
}

void clamp(const graph::OpView& op, numerics::IntRange range, LaneBuilder& body) {
  const numerics::IntRange type = type_range(op.output(0));
  body.clamp(0, range.low, range.high, type.low, type.high);
}

// Without scales: bounds are numbers as they are.
LaneBuilder plain_program(const graph::OpView& op) {
  LaneBuilder body;
  const Op operation = op.op.kind == OpKind::kMul   ? Op::kMultiply
                       : op.op.kind == OpKind::kAdd ? Op::kAdd
                                                    : Op::kSubtract;
  body.op(operation, 0, 0, 1);
  wrap_to_words(body, 0);
  clamp(op, numerics::plain_activation_range(activation_bounds(fused(op)), numerics::full_range<int16_t>()), body);
  return body;
}

// log2 of the output's scale less that of an input's, or nothing if one is no power of two.
std::optional<int> right_shift(const graph::OpView& op, size_t input) {
  int from = 0, to = 0;
  const bool powers = numerics::is_near_power_of_two(quant_params(*op.input(input)).scale, from) &&
                      numerics::is_near_power_of_two(quant_params(op.output(0)).scale, to);
  if (!powers) return {};
  return to - from;
}

LaneBuilder shifted_program(const graph::OpView& op, int right_a, int right_b) {
  LaneBuilder body;
  if (right_a > 0) body.op(Op::kRoundingShiftRight, 0, 0, Imm{std::min(right_a, 63)});
  if (right_b > 0) body.op(Op::kRoundingShiftRight, 1, 1, Imm{std::min(right_b, 63)});
  body.op(op.op.kind == OpKind::kAdd ? Op::kAdd : Op::kSubtract, 0, 0, 1);
  clamp(op, output_range(op.output(0), fused(op)), body);
  return body;
}

LaneBuilder narrow_product(const graph::OpView& op) {
  LaneBuilder body;
  body.op(Op::kMultiply, 0, 0, 1).op(Op::kAdd, 0, 0, Imm{1 << 14}).op(Op::kShiftRight, 0, 0, Imm{15});
  body.op(Op::kMinimum, 0, 0, Imm{INT16_MAX}).op(Op::kRoundingShiftRight, 0, 0, Imm{8});
  body.add_unless_zero(0, quant_params(op.output(0)).zero_point);
  clamp(op, output_range(op.output(0), fused(op)), body);
  return body;
}

std::optional<LaneBuilder> sum_program(const graph::OpView& op) {
  if (!op.output(0).quant.present()) return plain_program(op);
  if (!op.attrs<graph::AddAttrs>().pot_scale_int16) return {};
  const auto right_a = right_shift(op, 0), right_b = right_shift(op, 1);
  if (!right_a || !right_b) return {};
  return shifted_program(op, *right_a, *right_b);
}

std::optional<LaneBuilder> comparison(const graph::OpView& op) {
  const bool equality = op.op.kind == OpKind::kEqual || op.op.kind == OpKind::kNotEqual;
  if (equality && op.input(0)->quant.present()) return {};
  LaneBuilder body;
  compare(body, op.op.kind);
  return body;
}

}  // namespace

std::optional<LaneBuilder> word_program(const graph::OpView& op) {
  if (!is_words(*op.input(0))) return {};
  switch (op.op.kind) {
    case OpKind::kAdd:
    case OpKind::kSub: return sum_program(op);
    case OpKind::kMul:
      if (!is_words(op.output(0))) return narrow_product(op);
      if (!op.output(0).quant.present()) return plain_program(op);
      return {};
    case OpKind::kEqual:
    case OpKind::kNotEqual:
    case OpKind::kLess:
    case OpKind::kLessEqual:
    case OpKind::kGreater:
    case OpKind::kGreaterEqual: return comparison(op);
    default: return {};
  }
}

void wrap_to_words(LaneBuilder& body, int d) {
  body.op(Op::kShiftLeft, d, d, Imm{16}).op(Op::kShiftRight, d, d, Imm{16});
}

void compare(LaneBuilder& body, OpKind kind) {
  const bool equality = kind == OpKind::kEqual || kind == OpKind::kNotEqual;
  const bool exchanged = kind == OpKind::kGreater || kind == OpKind::kLessEqual;  // b < a, or not that
  body.op(equality ? Op::kCompareEqual : Op::kCompareLess, 0, exchanged ? 1 : 0, exchanged ? 0 : 1);
  const bool negated = kind == OpKind::kNotEqual || kind == OpKind::kLessEqual || kind == OpKind::kGreaterEqual;
  if (negated) body.op(Op::kXor, 0, 0, Imm{1});
}

}  // namespace atl::compiler
