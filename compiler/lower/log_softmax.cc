// LOG_SOFTMAX over the last axis of 8 bits: exponentials and their sum as in SOFTMAX, the logarithm of the sum in Q5.26
// (numerics::log_of_at_least_one as a lane program), and the difference to it in steps of 1/16 below the type's
// maximum.
#include <cmath>
#include <cstring>

#include "common/numerics/softmax.h"
#include "compiler/lower/lowering.h"
#include "compiler/lower/quantization.h"
#include "compiler/lower/row_task.h"
#include "compiler/tasks/lane_builder.h"

namespace atl::compiler {
namespace {

using Op = isa::LaneOp;
enum Number { kMaximum, kSum, kLog, kPacked, kNumbers };
constexpr int kInputBits = 5, kOutputBits = 4;  // before the point
constexpr int64_t kTableBytes = 256 * sizeof(int32_t);
constexpr int32_t kBeyondBytes = 1024;  // a bound on differences of bytes that changes no comparison with them

// By the difference to the maximum, negated: exponentials as terms of the sum, then differences in Q5.26.
std::vector<uint8_t> tables(const numerics::SoftmaxParams& params) {
  std::vector<uint8_t> bytes(2 * kTableBytes);
  for (int i = 0; i < 256; ++i) {
    const int32_t term = -i < params.diff_min ? 0 : numerics::softmax_sum_term(numerics::softmax_exp(-i, params));
    const int32_t scaled = numerics::multiply_by_quantized_multiplier(-i, params.multiplier);
    std::memcpy(&bytes[static_cast<size_t>(i) * sizeof term], &term, sizeof term);
    std::memcpy(&bytes[kTableBytes + static_cast<size_t>(i) * sizeof scaled], &scaled, sizeof scaled);
  }
  return bytes;
}

// r0 = element, r1 = maximum.
isa::LaneProgram term_program() {
  LaneBuilder body;
  body.op(Op::kReverseSubtract, 0, 0, 1).lookup(0, 0, 0);
  return {body.take(), {}};
}

// r6 = 1 / (1 + r6), Q0.31: Newton steps of numerics::one_over_one_plus_x. Uses r7, r8.
void one_over_one_plus(LaneBuilder& body) {
  body.op(Op::kShiftRight, 6, 6, Imm{1}).op(Op::kAdd, 6, 6, Imm{1 << 30});
  body.op(Op::kDoublingHighMultiply, 7, 6, Imm{-1010580540}).op(Op::kAdd, 7, 7, Imm{1515870810});
  for (int step = 0; step < 3; ++step) {
    body.op(Op::kDoublingHighMultiply, 8, 6, 7).op(Op::kReverseSubtract, 8, 8, Imm{1 << 29});
    body.op(Op::kDoublingHighMultiply, 8, 8, 7).op(Op::kSaturatingShiftLeft, 8, 8, Imm{2}).op(Op::kAdd, 7, 7, 8);
  }
  body.op(Op::kSaturatingShiftLeft, 6, 7, Imm{1});
}

// r0 = sum in Q12.19, at least 1 -> r0 = its logarithm in Q5.26. r1: r, r2: power, r3: q, r4: q^2, r5: numerator, r6:
// denominator less 1.
isa::LaneProgram log_program() {
  constexpr int integer_bits = 12, power_bits = 6;
  constexpr int32_t ln_2 = 1488522236, sqrt_half = 1518500250, fourth_root_half = 1805811301, quarter = 1 << 23;
  constexpr int32_t cubic = 117049297, square_factor = 127690142, constant = 1057819769, linear = 638450708;
  const auto power_of = [&](LaneBuilder& body, int d, int zeros, int32_t offset) {
    body.op(Op::kReverseSubtract, d, zeros, Imm{integer_bits}).op(Op::kSaturatingShiftLeft, d, d, Imm{31 - power_bits});
    body.op(Op::kAdd, d, d, Imm{offset});
  };
  LaneBuilder body;
  body.unary(Op::kCountLeadingZeros, 3, 0);
  power_of(body, 2, 3, quarter);
  body.op(Op::kSubtract, 3, 3, Imm{1}).op(Op::kSaturatingShiftLeft, 1, 0, 3);
  body.op(Op::kDoublingHighMultiply, 1, 1, Imm{sqrt_half}).op(Op::kSaturatingShiftLeft, 1, 1, Imm{1});
  body.op(Op::kDoublingHighMultiply, 3, 0, Imm{sqrt_half}).unary(Op::kCountLeadingZeros, 3, 3);
  body.op(Op::kSubtract, 3, 3, Imm{1});
  power_of(body, 4, 3, -quarter);
  body.op(Op::kSaturatingShiftLeft, 3, 0, 3).op(Op::kMinimum, 1, 1, 3).op(Op::kMaximum, 2, 2, 4);
  body.op(Op::kSubtract, 3, 1, Imm{fourth_root_half}).op(Op::kAdd, 3, 3, 3);
  body.op(Op::kDoublingHighMultiply, 4, 3, 3);
  body.op(Op::kDoublingHighMultiply, 5, 3, 1).op(Op::kDoublingHighMultiply, 6, 3, 4);
  body.op(Op::kDoublingHighMultiply, 6, 6, Imm{cubic}).op(Op::kAdd, 5, 5, 6);
  body.op(Op::kDoublingHighMultiply, 6, 4, Imm{square_factor}).op(Op::kAdd, 6, 6, 3);
  body.op(Op::kAdd, 6, 6, Imm{constant});
  // (r + 2^(-1/4) + 1) / 2 without leaving 32 bits: the constant is odd.
  body.op(Op::kShiftRight, 7, 1, Imm{1}).op(Op::kAdd, 7, 7, Imm{(fourth_root_half >> 1) + 1});
  body.op(Op::kDoublingHighMultiply, 6, 7, 6).op(Op::kDoublingHighMultiply, 7, 3, Imm{linear}).op(Op::kAdd, 6, 6, 7);
  one_over_one_plus(body);
  body.op(Op::kRoundingShiftRight, 5, 5, Imm{power_bits}).op(Op::kDoublingHighMultiply, 5, 5, 6);
  body.op(Op::kDoublingHighMultiply, 2, 2, Imm{ln_2}).op(Op::kAdd, 0, 2, 5);
  body.op(Op::kSaturatingShiftLeft, 0, 0, Imm{1});
  return {body.take(), {}};
}

// r0 = logarithm, r1 = maximum -> r0 = (the difference to the maximum that is too low) * 65536 + (maximum & 0xffff).
isa::LaneProgram pack_program(const numerics::SoftmaxParams& params) {
  const double steps = std::ldexp(1.0, 31 - params.multiplier.exponent);
  const auto reverse = numerics::quantize_multiplier(steps / static_cast<double>(params.multiplier.value));
  const int64_t least = std::max<int64_t>(int64_t{params.diff_min} - 1, INT32_MIN);
  LaneBuilder body;
  body.op(Op::kAdd, 0, 0, Imm{INT32_MIN}).scale(0, 0, reverse);
  body.op(Op::kMaximum, 0, 0, Imm{static_cast<int32_t>(least)});
  body.op(Op::kMaximum, 0, 0, Imm{-kBeyondBytes}).op(Op::kMinimum, 0, 0, Imm{kBeyondBytes});
  body.op(Op::kShiftLeft, 0, 0, Imm{16}).op(Op::kAnd, 1, 1, Imm{0xffff}).op(Op::kOr, 0, 0, 1);
  return {body.take(), {}};
}

// r0 = element, r1 = packed, r2 = logarithm -> r0 = output.
isa::LaneProgram difference_program(numerics::IntRange range) {
  LaneBuilder body;
  body.op(Op::kShiftLeft, 3, 1, Imm{16}).op(Op::kShiftRight, 3, 3, Imm{16}).op(Op::kSubtract, 3, 3, 0);
  body.op(Op::kShiftRight, 1, 1, Imm{16});
  body.op(Op::kReverseSubtract, 4, 3, Imm{0}).op(Op::kCompareLess, 1, 1, 4);
  body.lookup(0, 3, 0).op(Op::kSubtract, 0, 0, 2).op(Op::kRoundingShiftRight, 0, 0, Imm{31 - kInputBits - kOutputBits});
  body.op(Op::kAdd, 0, 0, Imm{range.high}).move(4, Imm{range.low}).op(Op::kSelect, 0, 0, 4, 1);
  return {body.take(), {}};
}

}  // namespace

void lower_log_softmax(const graph::OpView& op, SegmentBuilder& builder) {
  const graph::Tensor& input = *op.input(0);
  const int64_t classes = input.shape.empty() ? 1 : input.shape.back();
  const Dims shape{graph::num_elements(input.shape) / classes, classes};
  const auto params = numerics::prepare_softmax(1.0f, quant_params(input).scale);
  constexpr int kRow = RowPass::kElements;
  std::vector<RowPass> passes{
      {isa::Reduce::kMax, {kRow}, kMaximum, {}, {}},
      {isa::Reduce::kAdd, {kRow, kMaximum}, kSum, term_program(), {0}},
      {isa::Reduce::kNone, {kSum}, kLog, log_program(), {}},
      {isa::Reduce::kNone, {kLog, kMaximum}, kPacked, pack_program(params), {}},
      {isa::Reduce::kNone, {kRow, kPacked, kLog}, kRow, difference_program(type_range(input)), {kTableBytes}}};
  builder.add(std::make_unique<RowTask>(builder.view(op.op.inputs[0], shape), builder.view(op.op.outputs[0], shape),
                                        lane_type(input), kNumbers, std::move(passes), tables(params)));
}

}  // namespace atl::compiler
