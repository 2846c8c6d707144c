#include "compiler/lower/word_function.h"

#include <cstring>

#include "common/numerics/sigmoid16.h"
#include "compiler/lower/byte_function.h"
#include "compiler/lower/piecewise.h"
#include "compiler/lower/quantization.h"
#include "compiler/lower/word_arithmetic.h"
#include "compiler/tasks/lane_builder.h"

namespace atl::compiler {
namespace {

using graph::OpKind;
using Op = isa::LaneOp;
using numerics::Multiplier;

// r0 + value, saturated, and clamped to the range where that is narrower than the type.
void finish(const graph::OpView& op, numerics::IntRange range, LaneBuilder& body) {
  const numerics::IntRange type = type_range(op.output(0));
  body.add_saturating(0, quant_params(op.output(0)).zero_point).clamp(0, range.low, range.high, type.low, type.high);
}

Multiplier float_ratio(float numerator, float denominator) {
  return numerics::quantize_multiplier(static_cast<double>(numerator / denominator));
}

LaneBuilder relu(const graph::OpView& op) {
  const QuantParams in = quant_params(*op.input(0)), out = quant_params(op.output(0));
  const auto bounds = op.op.kind == OpKind::kRelu        ? numerics::kRelu
                      : op.op.kind == OpKind::kRelu6     ? numerics::kRelu6
                      : op.op.kind == OpKind::kReluN1To1 ? numerics::kReluN1To1
                                                         : numerics::kRelu0To1;
  LaneBuilder body;
  body.add_unless_zero(0, -in.zero_point).scale(0, 0, float_ratio(in.scale, out.scale));
  finish(op, numerics::activation_range(bounds, out.scale, out.zero_point, type_range(op.output(0))), body);
  return body;
}

LaneBuilder leaky_relu(const graph::OpView& op) {
  const QuantParams in = quant_params(*op.input(0)), out = quant_params(op.output(0));
  const float alpha = op.attrs<graph::LeakyReluAttrs>().alpha;
  LaneBuilder body;
  body.add_unless_zero(0, -in.zero_point).op(Op::kCompareLess, 3, 0, Imm{0});
  body.scale(1, 0, float_ratio(in.scale * alpha, out.scale)).scale(0, 0, float_ratio(in.scale, out.scale));
  body.op(Op::kSelect, 0, 1, 0, 3);
  finish(op, type_range(op.output(0)), body);
  return body;
}

LaneBuilder absolute(const graph::OpView& op) {
  LaneBuilder body;
  if (!op.input(0)->quant.present()) {
    body.unary(Op::kAbsolute, 0, 0);
    wrap_to_words(body, 0);
    return body;
  }
  const QuantParams in = quant_params(*op.input(0)), out = quant_params(op.output(0));
  body.add_unless_zero(0, -in.zero_point).unary(Op::kAbsolute, 0, 0);
  if (in.scale != out.scale) body.scale(0, 0, float_ratio(in.scale, out.scale));
  finish(op, type_range(op.output(0)), body);
  return body;
}

LaneBuilder negative() {
  LaneBuilder body;
  body.op(Op::kReverseSubtract, 0, 0, Imm{0});
  wrap_to_words(body, 0);
  return body;
}

LaneBuilder quantize(const graph::OpView& op) {
  const QuantParams in = quant_params(*op.input(0)), out = quant_params(op.output(0));
  LaneBuilder body;
  body.add_unless_zero(0, -in.zero_point);
  body.scale(0, 0, numerics::quantize_multiplier(static_cast<double>(in.scale) / static_cast<double>(out.scale)));
  finish(op, type_range(op.output(0)), body);
  return body;
}

// How numerics/sigmoid16.h turns an interpolated value y of `bits` more bits into the result.
struct SigmoidForm {
  int bits;                    // of the place between two points
  int32_t beyond;              // y behind the last point
  int32_t positive, negative;  // added to y for x >= 0, and to -y otherwise
  int right;                   // the last shift
};

// r0 = round(r0 * value / 2^shift), half up; what lies beyond the table may become any other place beyond.
void to_table_places(LaneBuilder& body, numerics::Sigmoid16Scaling scaling, int32_t places) {
  if (scaling.shift == 0) {
    // Keeps products of large factors within 32 bits.
    const int32_t most = places / std::max(1, scaling.value) + 1;
    if (most < -INT16_MIN) body.op(Op::kMaximum, 0, 0, Imm{-most}).op(Op::kMinimum, 0, 0, Imm{most});
    body.op(Op::kMultiply, 0, 0, Imm{scaling.value});
    return;
  }
  body.op(Op::kMultiply, 0, 0, Imm{scaling.value}).op(Op::kAdd, 0, 0, Imm{1 << (scaling.shift - 1)});
  body.op(Op::kShiftRight, 0, 0, Imm{scaling.shift});
}

WordFunction sigmoid(const SigmoidForm& form, numerics::Sigmoid16Scaling scaling) {
  constexpr int32_t last = 255;  // point
  LaneBuilder body;
  to_table_places(body, scaling, last << form.bits);
  body.unary(Op::kAbsolute, 1, 0).op(Op::kShiftRight, 2, 1, Imm{form.bits});
  body.op(Op::kAnd, 3, 1, Imm{(1 << form.bits) - 1}).lookup(4, 2, 0);
  body.op(Op::kShiftRight, 5, 4, Imm{16}).op(Op::kAnd, 4, 4, Imm{0xffff});
  body.op(Op::kShiftLeft, 4, 4, Imm{form.bits}).op(Op::kMultiplyAdd, 4, 3, 5);
  body.op(Op::kCompareLess, 2, 2, Imm{last}).move(5, Imm{form.beyond}).op(Op::kSelect, 4, 4, 5, 2);
  body.op(Op::kCompareLess, 1, 0, Imm{0}).op(Op::kReverseSubtract, 5, 4, Imm{form.negative});
  body.op(Op::kAdd, 4, 4, Imm{form.positive}).op(Op::kSelect, 0, 5, 4, 1).op(Op::kShiftRight, 0, 0, Imm{form.right});
  WordFunction function;
  function.program.body = body.take();
  const auto& points = numerics::sigmoid16_points();
  for (size_t i = 0; i < points.size(); ++i) {
    const int32_t difference = i + 1 < points.size() ? points[i + 1] - points[i] : 0;
    append_entry(function.tables, static_cast<int32_t>(static_cast<uint32_t>(difference) << 16) | points[i]);
  }
  return function;
}

// The formulas of logistic16 and tanh16.
WordFunction logistic(const graph::OpView& op) {
  constexpr int bits = 9;
  constexpr SigmoidForm form{bits, 0x7FFF << 10, 1 << bits, (1 << (16 + bits)) + (1 << bits) - 1, 10};
  return sigmoid(form, numerics::logistic16_scaling(quant_params(*op.input(0)).scale));
}

WordFunction hyperbolic_tangent(const graph::OpView& op) {
  constexpr int bits = 8;
  constexpr int32_t half = 1 << 23, round = 1 << 7;
  constexpr SigmoidForm form{bits, 0xFFFF << bits, round - half, half + round - 1, bits};
  return sigmoid(form, numerics::tanh16_scaling(quant_params(*op.input(0)).scale));
}

// A function that the kernel interpolates between 513 points.
Result<WordFunction> interpolated(const graph::OpView& op) {
  Bytes inputs(65536 * sizeof(int16_t));
  for (int32_t i = 0; i < 65536; ++i) {
    const auto q = static_cast<int16_t>(i - 32768);
    std::memcpy(&inputs[static_cast<size_t>(i) * sizeof q], &q, sizeof q);
  }
  ATOLL_ASSIGN(const Bytes outputs, function_values(op, 0, std::move(inputs)));
  std::vector<int16_t> values(outputs.size() / sizeof(int16_t));
  std::memcpy(values.data(), outputs.data(), outputs.size());
  const auto pieces = pieces_of(values);
  if (!pieces) return make_error(ErrorCode::kUnsupported, "its values are not made of 512 straight pieces");
  WordFunction function;
  function.program.body = piecewise_program();
  function.tables = piece_tables(*pieces);
  return function;
}

}  // namespace

bool is_byte_function(const graph::OpView& op) {
  return graph::dtype_bits(op.input(0)->type) == 8 && graph::dtype_bits(op.output(0).type) == 8;
}

Result<WordFunction> word_function(const graph::OpView& op) {
  const auto plain = [](LaneBuilder body) {
    WordFunction function;
    function.program.body = body.take();
    return function;
  };
  switch (op.op.kind) {
    case OpKind::kRelu:
    case OpKind::kRelu6:
    case OpKind::kReluN1To1:
    case OpKind::kRelu0To1: return plain(relu(op));
    case OpKind::kLeakyRelu: return plain(leaky_relu(op));
    case OpKind::kAbs: return plain(absolute(op));
    case OpKind::kNeg: return plain(negative());
    case OpKind::kQuantize: return plain(quantize(op));
    case OpKind::kLogistic: return logistic(op);
    case OpKind::kTanh: return hyperbolic_tangent(op);
    default: return interpolated(op);
  }
}

}  // namespace atl::compiler
