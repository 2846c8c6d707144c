#include "compiler/lower/word_softmax.h"

#include "common/numerics/softmax16.h"
#include "compiler/lower/piecewise.h"
#include "compiler/lower/quantization.h"
#include "compiler/lower/row_task.h"
#include "compiler/tasks/lane_builder.h"

namespace atl::compiler {
namespace {

using Op = isa::LaneOp;
enum Number { kMaximum, kSum, kInverse, kNumbers };  // kInverse: (how far to shift) * 65536 + the reciprocal
constexpr int64_t kTableBytes = 256 * sizeof(int32_t);
constexpr int32_t kLowest = -32768, kHighest = 32767;

void append(LaneBuilder& body, const std::vector<isa::Primitive>& primitives) {
  for (const isa::Primitive& primitive : primitives) body.push(primitive);
}

void append_tables(const numerics::InterpolationTable& points, std::vector<uint8_t>& tables) {
  std::vector<Piece> pieces;
  for (size_t i = 0; i + 1 < points.size(); ++i) {
    pieces.push_back({points[i], static_cast<int16_t>(points[i + 1] - points[i])});
  }
  const std::vector<uint8_t> bytes = piece_tables(pieces);
  tables.insert(tables.end(), bytes.begin(), bytes.end());
}

// r0 = element, r1 = maximum -> r0 = exponential in Q0.15. Keeps r1 and r2.
LaneBuilder exponential(numerics::Multiplier multiplier) {
  LaneBuilder body;
  body.op(Op::kSubtract, 0, 0, 1).scale(0, 0, multiplier);
  body.op(Op::kMaximum, 0, 0, Imm{kLowest - kHighest}).op(Op::kMinimum, 0, 0, Imm{0}).op(Op::kAdd, 0, 0, Imm{kHighest});
  append(body, piecewise_program());
  return body;
}

// r0 = sum in Q16.15 -> r0 = kInverse. The sum is normalized to [1, 2] in Q.16, whose fraction is the argument.
isa::LaneProgram inverse_program() {
  LaneBuilder body;
  body.op(Op::kMaximum, 6, 0, Imm{1}).unary(Op::kCountLeadingZeros, 6, 6).op(Op::kSubtract, 1, 6, Imm{1});
  body.op(Op::kShiftLeft, 0, 0, 1).op(Op::kRoundingShiftRight, 0, 0, Imm{14});
  body.op(Op::kAdd, 0, 0, Imm{kLowest - (1 << 16)});
  body.op(Op::kMaximum, 0, 0, Imm{kLowest}).op(Op::kMinimum, 0, 0, Imm{kHighest});
  append(body, piecewise_program());
  body.op(Op::kReverseSubtract, 6, 6, Imm{31}).op(Op::kShiftLeft, 6, 6, Imm{16});
  body.op(Op::kAnd, 0, 0, Imm{0xffff}).op(Op::kOr, 0, 0, 6);
  return {body.take(), {}};
}

// r0 = element, r1 = maximum, r2 = kInverse -> r0 = output: the product shifted right, rounded half up.
isa::LaneProgram quotient_program(numerics::Multiplier multiplier) {
  LaneBuilder body = exponential(multiplier);
  body.op(Op::kAnd, 3, 2, Imm{0xffff}).op(Op::kMultiply, 0, 0, 3).op(Op::kShiftLeft, 0, 0, Imm{1});
  body.op(Op::kShiftRight, 2, 2, Imm{16}).op(Op::kShiftRight, 0, 0, 2);
  body.op(Op::kAdd, 0, 0, Imm{1}).op(Op::kShiftRight, 0, 0, Imm{1}).op(Op::kMaximum, 0, 0, Imm{0});
  return {body.take(), {}};
}

}  // namespace

void lower_word_softmax(const graph::OpView& op, const Dims& shape, SegmentBuilder& builder) {
  const graph::Tensor& input = *op.input(0);
  const auto multiplier = numerics::quantize_multiplier(
      numerics::softmax16_factor(quant_params(input).scale, op.attrs<graph::SoftmaxAttrs>().beta));
  std::vector<uint8_t> tables;
  append_tables(numerics::softmax16_exponentials(), tables);
  append_tables(numerics::softmax16_reciprocals(), tables);
  constexpr int kRow = RowPass::kElements;
  std::vector<RowPass> passes{
      {isa::Reduce::kMax, {kRow}, kMaximum, {}, {}},
      {isa::Reduce::kAdd, {kRow, kMaximum}, kSum, {exponential(multiplier).take(), {}}, {0, kTableBytes}},
      {isa::Reduce::kNone, {kSum}, kInverse, inverse_program(), {2 * kTableBytes, 3 * kTableBytes}},
      {isa::Reduce::kNone, {kRow, kMaximum, kInverse}, kRow, quotient_program(multiplier), {0, kTableBytes}}};
  builder.add(std::make_unique<RowTask>(builder.view(op.op.inputs[0], shape), builder.view(op.op.outputs[0], shape),
                                        isa::LaneType::kInt16, kNumbers, std::move(passes), std::move(tables)));
}

}  // namespace atl::compiler
