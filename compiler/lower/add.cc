// ADD on 8 bits: with t = 2 * max(sa, sb), y = M(M((a - za) << 20, sa / t) + M((b - zb) << 20, sb / t), t / (2^20 so))
// + zo. The inner two are functions of one byte each: tables where the tensor is large enough to pay for loading them.
#include <algorithm>
#include <cstring>

#include "common/numerics/multiplier.h"
#include "common/numerics/rounding.h"
#include "compiler/lower/lowering.h"
#include "compiler/lower/quantization.h"
#include "compiler/tasks/elementwise_task.h"
#include "compiler/tasks/lane_builder.h"

namespace atl::compiler {
namespace {

constexpr int kLeftShift = 20;
constexpr int64_t kTableBytes = 256 * sizeof(int32_t);
constexpr int64_t kElementsWorthTables = 16 * 256;

using Op = isa::LaneOp;

struct Scaling {
  numerics::Multiplier input[2], output;
};

Scaling make_scaling(const graph::OpView& op) {
  const float a = quant_params(*op.input(0)).scale, b = quant_params(*op.input(1)).scale;
  const double twice = 2 * static_cast<double>(std::max(a, b));
  const auto out = static_cast<double>(quant_params(op.output(0)).scale);
  return {{numerics::quantize_multiplier(static_cast<double>(a) / twice),
           numerics::quantize_multiplier(static_cast<double>(b) / twice)},
          numerics::quantize_multiplier(twice / ((1 << kLeftShift) * out))};
}

// By the operand's bit pattern.
void append_table(std::vector<uint8_t>& bytes, const graph::Tensor& operand, numerics::Multiplier multiplier) {
  const int32_t zero_point = quant_params(operand).zero_point;
  for (int i = 0; i < 256; ++i) {
    const int32_t q = is_unsigned(operand) ? i : static_cast<int8_t>(i);
    const int32_t shifted = numerics::wrapping_shift_left(q - zero_point, kLeftShift);
    const int32_t entry = numerics::multiply_by_quantized_multiplier(shifted, multiplier);
    bytes.resize(bytes.size() + sizeof entry);
    std::memcpy(&bytes[bytes.size() - sizeof entry], &entry, sizeof entry);
  }
}

isa::LaneProgram make_program(const graph::OpView& op, const Scaling& scaling, bool tables) {
  LaneBuilder body;
  for (int i = 0; i < 2; ++i) {
    if (tables) {
      body.lookup(i, i, i);
    } else {
      body.add_unless_zero(i, -quant_params(*op.input(static_cast<size_t>(i))).zero_point);
      body.op(Op::kShiftLeft, i, i, Imm{kLeftShift}).scale(i, i, scaling.input[i]);
    }
  }
  const graph::Tensor& output = op.output(0);
  const numerics::IntRange range = output_range(output, op.attrs<graph::AddAttrs>().activation);
  const numerics::IntRange type = type_range(output);
  body.op(Op::kAdd, 0, 0, 1).scale(0, 0, scaling.output).add_unless_zero(0, quant_params(output).zero_point);
  body.clamp(0, range.low, range.high, type.low, type.high);
  return {body.take(), {}};
}

Dims aligned(const graph::Shape& shape, size_t rank) {
  Dims dims(static_cast<int>(rank), 1);
  for (size_t d = 0; d < shape.size(); ++d) dims[static_cast<int>(rank - shape.size() + d)] = shape[d];
  return dims;
}

}  // namespace

void lower_add(const graph::OpView& op, SegmentBuilder& builder) {
  const graph::Tensor &a = *op.input(0), &b = *op.input(1), &output = op.output(0);
  const Scaling scaling = make_scaling(op);
  const int64_t elements = graph::num_elements(output.shape);
  const bool same = a.shape == output.shape && b.shape == output.shape;
  const auto shape_of = [&](const graph::Tensor& tensor) {
    return same ? Dims{elements} : aligned(tensor.shape, std::max<size_t>(1, output.shape.size()));
  };
  auto task = std::make_unique<ElementwiseTask>();
  const bool tables = elements >= kElementsWorthTables;
  task->program = make_program(op, scaling, tables);
  if (tables) {
    append_table(task->constants, a, scaling.input[0]);
    append_table(task->constants, b, scaling.input[1]);
    task->table_offsets = {0, kTableBytes};
  }
  task->input_types = {lane_type(a), lane_type(b)};
  task->output_type = lane_type(output);
  task->inputs = {builder.view(op.op.inputs[0], shape_of(a)), builder.view(op.op.inputs[1], shape_of(b))};
  task->output = builder.view(op.op.outputs[0], shape_of(output));
  const int rank = task->output.shape.rank();
  task->input_begin = {Dims(rank), Dims(rank)};
  task->region = Box::whole(task->output.shape);
  task->grain = Dims(rank, 1);
  builder.add(std::move(task));
}

}  // namespace atl::compiler
