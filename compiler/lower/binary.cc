// Elementwise operators of two operands of 8 or 16 bits, with broadcasting. M is numerics/multiplier.h's.
//   ADD, SUB   with t = 2 * max(sa, sb): y = M(M((a - za) << 20, sa / t) +- M((b - zb) << 20, sb / t), t / (2^20 so))
//              + zo
//              of 16 bits with 15 for 20
//   SQUARED_DIFFERENCE   the same with 7 bits for 20, the difference squared, t^2 / (2^14 so)
//   MUL        y = M((a - za)(b - zb), sa sb / so) + zo
//   PRELU      y = M(a - za, sa / so) + zo, or where a < za  M((a - za)(b - zb), sa sb / so) + zo
//   MAXIMUM, MINIMUM   of the integers as they are
//   comparisons   of M((a - za) << 8, sa) and M((b - zb) << 8, sb)
// and of 16 bits as word_arithmetic.h says. Functions of one operand of 8 bits alone are tables, where the tensor is
// large enough to pay for loading them.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "common/numerics/multiplier.h"
#include "common/numerics/rounding.h"
#include "compiler/lower/byte_function.h"
#include "compiler/lower/lowering.h"
#include "compiler/lower/quantization.h"
#include "compiler/lower/word_arithmetic.h"
#include "compiler/tasks/elementwise_task.h"
#include "compiler/tasks/lane_builder.h"

namespace atl::compiler {
namespace {

constexpr int64_t kTableBytes = 256 * sizeof(int32_t);
constexpr int64_t kElementsWorthTables = 16 * 256;

using graph::OpKind;
using Op = isa::LaneOp;

// An operand brought to another scale: M((q - zero_point) << left_shift).
struct ScaledOperand {
  int32_t zero_point = 0;
  int left_shift = 0;
  numerics::Multiplier multiplier;
};

ScaledOperand scaled_operand(const graph::Tensor& tensor, int left_shift, double factor) {
  return {quant_params(tensor).zero_point, left_shift, numerics::quantize_multiplier(factor)};
}

// By the operand's bit pattern.
void append_table(std::vector<uint8_t>& bytes, const graph::Tensor& tensor, const ScaledOperand& operand) {
  for (int i = 0; i < 256; ++i) {
    const int32_t q = is_unsigned(tensor) ? i : static_cast<int8_t>(i);
    const int32_t shifted = numerics::wrapping_shift_left(q - operand.zero_point, operand.left_shift);
    const int32_t entry = numerics::multiply_by_quantized_multiplier(shifted, operand.multiplier);
    bytes.resize(bytes.size() + sizeof entry);
    std::memcpy(&bytes[bytes.size() - sizeof entry], &entry, sizeof entry);
  }
}

// A task over both operands, without its program.
std::unique_ptr<ElementwiseTask> make_task(const graph::OpView& op, SegmentBuilder& builder) {
  const graph::Tensor &a = *op.input(0), &b = *op.input(1), &output = op.output(0);
  const bool same = a.shape == output.shape && b.shape == output.shape;
  const auto shape_of = [&](const graph::Tensor& tensor) {
    if (same) return Dims{graph::num_elements(output.shape)};
    Dims dims(static_cast<int>(std::max<size_t>(1, output.shape.size())), 1);
    for (size_t d = 0; d < tensor.shape.size(); ++d) {
      dims[dims.rank() - static_cast<int>(tensor.shape.size() - d)] = tensor.shape[d];
    }
    return dims;
  };
  auto task = std::make_unique<ElementwiseTask>();
  task->input_types = {lane_type(a), lane_type(b)};
  task->output_type = lane_type(output);
  task->inputs = {builder.view(op.op.inputs[0], shape_of(a)), builder.view(op.op.inputs[1], shape_of(b))};
  task->output = builder.view(op.op.outputs[0], shape_of(output));
  const int rank = task->output.shape.rank();
  task->input_begin = {Dims(rank), Dims(rank)};
  task->region = Box::whole(task->output.shape);
  task->grain = Dims(rank, 1);
  return task;
}

// r0 and r1 become the scaled operands.
void scale_operands(const graph::OpView& op, const ScaledOperand (&operands)[2], LaneBuilder& body,
                    ElementwiseTask& task) {
  const bool tables = !is_words(*op.input(0)) && graph::num_elements(op.output(0).shape) >= kElementsWorthTables;
  for (int i = 0; i < 2; ++i) {
    const ScaledOperand& operand = operands[i];
    if (tables) {
      append_table(task.constants, *op.input(static_cast<size_t>(i)), operand);
      task.table_offsets.push_back(i * kTableBytes);
      body.lookup(i, i, i);
    } else {
      body.add_unless_zero(i, -operand.zero_point);
      body.op(Op::kShiftLeft, i, i, Imm{operand.left_shift}).scale(i, i, operand.multiplier);
    }
  }
}

// r[d] + value, saturated; `bits`: |r[d]| < 2^bits.
void add_saturating(LaneBuilder& body, int d, int32_t value, int bits) {
  if (bits >= 31 && value > 0) body.op(Op::kMinimum, d, d, Imm{INT32_MAX - value});
  if (bits >= 31 && value < 0) body.op(Op::kMaximum, d, d, Imm{INT32_MIN - value});
  body.add_unless_zero(d, value);
}

graph::Activation fused(const graph::OpView& op) {
  switch (op.op.kind) {
    case OpKind::kAdd:
    case OpKind::kSub: return op.attrs<graph::AddAttrs>().activation;
    case OpKind::kMul: return op.attrs<graph::ActivationAttrs>().activation;
    default: return graph::Activation::kNone;
  }
}

void clamp_output(const graph::OpView& op, LaneBuilder& body) {
  const numerics::IntRange range = output_range(op.output(0), fused(op)), type = type_range(op.output(0));
  body.clamp(0, range.low, range.high, type.low, type.high);
}

// ADD, SUB and SQUARED_DIFFERENCE.
LaneBuilder sum_program(const graph::OpView& op, ElementwiseTask& task) {
  const bool squared = op.op.kind == OpKind::kSquaredDifference;
  const bool words = is_words(op.output(0));
  const int left_shift = squared ? 7 : words ? 15 : 20;
  const auto a = static_cast<double>(quant_params(*op.input(0)).scale);
  const auto b = static_cast<double>(quant_params(*op.input(1)).scale);
  const QuantParams out = quant_params(op.output(0));
  const double twice = 2 * std::max(a, b);
  const double room = std::ldexp(1.0, squared ? 2 * left_shift : left_shift);
  const auto multiplier =
      numerics::quantize_multiplier((squared ? twice * twice : twice) / (room * static_cast<double>(out.scale)));
  LaneBuilder body;
  scale_operands(
      op, {scaled_operand(*op.input(0), left_shift, a / twice), scaled_operand(*op.input(1), left_shift, b / twice)},
      body, task);
  body.op(op.op.kind == OpKind::kAdd ? Op::kAdd : Op::kSubtract, 0, 0, 1);
  if (squared) body.op(Op::kMultiply, 0, 0, 0);
  body.scale(0, 0, multiplier);
  add_saturating(body, 0, out.zero_point, (squared || words ? 31 : 30) + multiplier.exponent);
  clamp_output(op, body);
  return body;
}

// MUL and PRELU.
LaneBuilder product_program(const graph::OpView& op) {
  const bool words = is_words(*op.input(0));
  const int product_bits = words ? 31 : 17, operand_bits = words ? 31 : 9;
  const QuantParams a = quant_params(*op.input(0)), b = quant_params(*op.input(1)), out = quant_params(op.output(0));
  // The reference multiplies and divides in float32.
  const auto both = numerics::quantize_multiplier(static_cast<double>(a.scale * b.scale / out.scale));
  LaneBuilder body;
  body.add_unless_zero(0, -a.zero_point).add_unless_zero(1, -b.zero_point);
  if (op.op.kind == OpKind::kMul) {
    body.op(Op::kMultiply, 0, 0, 1).scale(0, 0, both);
    add_saturating(body, 0, out.zero_point, product_bits + both.exponent);
    clamp_output(op, body);
    return body;
  }
  const auto positive = numerics::quantize_multiplier(static_cast<double>(a.scale / out.scale));
  body.op(Op::kCompareLess, 3, 0, Imm{0});
  body.op(Op::kMultiply, 1, 0, 1).scale(1, 1, both).scale(0, 0, positive);
  body.op(Op::kSelect, 0, 1, 0, 3);
  add_saturating(body, 0, out.zero_point, std::max(product_bits + both.exponent, operand_bits + positive.exponent));
  return body;
}

LaneBuilder comparison_program(const graph::OpView& op, ElementwiseTask& task) {
  LaneBuilder body;
  const auto side = [&](size_t i) {
    return scaled_operand(*op.input(i), 8, static_cast<double>(quant_params(*op.input(i)).scale));
  };
  scale_operands(op, {side(0), side(1)}, body, task);
  compare(body, op.op.kind);
  return body;
}

LaneBuilder make_program(const graph::OpView& op, ElementwiseTask& task) {
  if (auto program = word_program(op)) return std::move(*program);
  LaneBuilder body;
  switch (op.op.kind) {
    case OpKind::kAdd:
    case OpKind::kSub:
    case OpKind::kSquaredDifference: return sum_program(op, task);
    case OpKind::kMul:
    case OpKind::kPrelu: return product_program(op);
    case OpKind::kMaximum: body.op(Op::kMaximum, 0, 0, 1); return body;
    case OpKind::kMinimum: body.op(Op::kMinimum, 0, 0, 1); return body;
    default: return comparison_program(op, task);
  }
}

}  // namespace

void lower_binary(const graph::OpView& op, SegmentBuilder& builder) {
  if (op.op.kind != OpKind::kAdd && !is_words(*op.input(0)) && varying_input(op))
    return lower_byte_function(op, builder);
  auto task = make_task(op, builder);
  task->program.body = make_program(op, *task).take();
  builder.add(std::move(task));
}

}  // namespace atl::compiler
