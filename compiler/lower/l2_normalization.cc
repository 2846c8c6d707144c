// L2_NORMALIZATION over the last axis of 8 bits: (q - z) / sqrt(sum of (q - z)^2) in steps of 1/128. The inverse root
// is numerics::inverse_sqrt as a lane program; its result is a multiplier and an exponent.
#include "compiler/lower/lowering.h"
#include "compiler/lower/quantization.h"
#include "compiler/lower/row_task.h"
#include "compiler/tasks/lane_builder.h"

namespace atl::compiler {
namespace {

using Op = isa::LaneOp;
enum Number { kSum, kMultiplier, kShift, kNumbers };
constexpr int kOutputBits = 7;  // 1 is 128

isa::LaneProgram square_program(int32_t zero_point) {
  LaneBuilder body;
  body.add_unless_zero(0, -zero_point).op(Op::kMultiply, 0, 0, 0);
  return {body.take(), {}};
}

// r0 = sum. r3 = the sum in [2^27, 2^29) by pairs of bits, r2 = how far the result is to be shifted right. r5: sum < 2.
void normalize(LaneBuilder& body) {
  body.op(Op::kCompareLess, 5, 0, Imm{2});
  body.op(Op::kCompareLess, 1, 0, Imm{1 << 29}).op(Op::kXor, 1, 1, Imm{1});  // 1: one pair too large
  body.op(Op::kAdd, 2, 1, Imm{11});
  body.op(Op::kShiftLeft, 1, 1, Imm{1}).op(Op::kShiftRight, 3, 0, 1);
  body.unary(Op::kCountLeadingZeros, 4, 3).op(Op::kSubtract, 4, 4, Imm{1});
  body.op(Op::kShiftRight, 4, 4, Imm{1}).op(Op::kSubtract, 4, 4, Imm{1});  // pairs
  body.op(Op::kSubtract, 2, 2, 4);
  body.op(Op::kShiftLeft, 4, 4, Imm{1}).op(Op::kShiftLeft, 3, 3, 4);
}

// r3 as normalize() leaves it -> r0 = 1 / sqrt of it, Q0.31. Newton: y = 3/2 y - x/2 y^3 in Q3.28.
void newton(LaneBuilder& body) {
  constexpr int32_t three_halves = (1 << 28) + (1 << 27), half_sqrt_2 = 1518500250;
  body.op(Op::kShiftRight, 3, 3, Imm{1}).op(Op::kRoundingShiftRight, 3, 3, Imm{1});
  body.move(0, Imm{1 << 28});
  for (int step = 0; step < 5; ++step) {
    body.op(Op::kDoublingHighMultiply, 1, 0, 0).op(Op::kDoublingHighMultiply, 1, 1, 0);
    body.op(Op::kSaturatingShiftLeft, 1, 1, Imm{6}).op(Op::kDoublingHighMultiply, 1, 1, 3);
    body.op(Op::kDoublingHighMultiply, 0, 0, Imm{three_halves}).op(Op::kSubtract, 0, 0, 1);
    body.op(Op::kSaturatingShiftLeft, 0, 0, Imm{3});
  }
  body.op(Op::kDoublingHighMultiply, 0, 0, Imm{half_sqrt_2});
}

// The multiplier, or with `shift` the bits its product is to be shifted right by, negative to the left.
isa::LaneProgram inverse_root_program(bool shift) {
  LaneBuilder body;
  normalize(body);
  if (shift) {
    body.op(Op::kMaximum, 0, 2, Imm{0});
    body.move(1, Imm{0}).op(Op::kSelect, 0, 1, 0, 5);
    return {body.take(), {}};
  }
  newton(body);
  body.op(Op::kMinimum, 2, 2, Imm{0}).op(Op::kReverseSubtract, 2, 2, Imm{0}).op(Op::kShiftLeft, 0, 0, 2);
  body.move(1, Imm{INT32_MAX}).op(Op::kSelect, 0, 1, 0, 5);
  return {body.take(), {}};
}

// r0 = element, r1 = multiplier, r2 = shift -> r0 = output. int8 has the factor 128 in the exponent, uint8 in the
// operand.
isa::LaneProgram scale_program(int32_t zero_point, bool unsigned_output) {
  LaneBuilder body;
  body.add_unless_zero(0, -zero_point);
  if (unsigned_output) {
    body.op(Op::kShiftLeft, 0, 0, Imm{kOutputBits});
  } else {
    body.op(Op::kSubtract, 2, 2, Imm{kOutputBits});  // negative: a shift to the left
    body.op(Op::kReverseSubtract, 3, 2, Imm{0}).op(Op::kMaximum, 3, 3, Imm{0}).op(Op::kShiftLeft, 0, 0, 3);
    body.op(Op::kMaximum, 2, 2, Imm{0});
  }
  body.op(Op::kDoublingHighMultiply, 0, 0, 1).op(Op::kRoundingShiftRight, 0, 0, 2);
  if (unsigned_output) body.op(Op::kAdd, 0, 0, Imm{128});
  return {body.take(), {}};
}

}  // namespace

void lower_l2_normalization(const graph::OpView& op, SegmentBuilder& builder) {
  const graph::Tensor& input = *op.input(0);
  const int32_t zero_point = quant_params(input).zero_point;
  const int64_t depth = input.shape.empty() ? 1 : input.shape.back();
  const Dims shape{graph::num_elements(input.shape) / depth, depth};
  constexpr int kRow = RowPass::kElements;
  std::vector<RowPass> passes{
      {isa::Reduce::kAdd, {kRow}, kSum, square_program(zero_point), {}},
      {isa::Reduce::kNone, {kSum}, kMultiplier, inverse_root_program(false), {}},
      {isa::Reduce::kNone, {kSum}, kShift, inverse_root_program(true), {}},
      {isa::Reduce::kNone, {kRow, kMultiplier, kShift}, kRow, scale_program(zero_point, is_unsigned(input)), {}}};
  builder.add(std::make_unique<RowTask>(builder.view(op.op.inputs[0], shape), builder.view(op.op.outputs[0], shape),
                                        lane_type(input), kNumbers, std::move(passes), std::vector<uint8_t>()));
}

}  // namespace atl::compiler
