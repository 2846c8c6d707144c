#include "compiler/tasks/softmax_task.h"

#include <cstring>

#include "compiler/tasks/lane_builder.h"
#include "compiler/tasks/nest.h"

// Temporaries, one int32 a row each, in this order:
//   maximum   the largest input; later packed as shift * 65536 + (maximum & 0xffff)
//   sum       of exponentials in Q12.19
//   scale     reciprocal of the sum, normalized, Q0.31
namespace atl::compiler {
namespace {

using Op = isa::LaneOp;

// Table entry [i] for a difference of -i to the maximum: its exponential in Q0.31, 0 below diff_min.
std::vector<uint8_t> exponential_table(const numerics::SoftmaxParams& params) {
  std::vector<uint8_t> bytes(256 * sizeof(int32_t));
  for (int i = 0; i < 256; ++i) {
    const int32_t value = -i >= params.diff_min ? numerics::softmax_exp(-i, params) : 0;
    std::memcpy(&bytes[i * sizeof value], &value, sizeof value);
  }
  return bytes;
}

// r0 = input, r1 = maximum -> r0 = exponential as a term of the sum.
isa::LaneProgram sum_program() {
  LaneBuilder body;
  body.op(Op::kReverseSubtract, 0, 0, 1).lookup(0, 0, 0);
  body.op(Op::kRoundingShiftRight, 0, 0, Imm{numerics::kSoftmaxSumIntegerBits});
  return {body.take(), {}};
}

// r0 = maximum, r1 = sum -> r0 = (bits to shift the quotient by) * 65536 + (maximum & 0xffff).
isa::LaneProgram pack_program(int output_bits) {
  LaneBuilder body;
  body.unary(Op::kCountLeadingZeros, 1, 1);
  body.op(Op::kReverseSubtract, 1, 1, Imm{numerics::kSoftmaxSumIntegerBits + 31 - output_bits});
  body.op(Op::kShiftLeft, 1, 1, Imm{16}).op(Op::kAnd, 0, 0, Imm{0xffff}).op(Op::kOr, 0, 0, 1);
  return {body.take(), {}};
}

// r0 = sum -> r0 = its normalized reciprocal in Q0.31: numerics::reciprocal, whose Newton steps these are.
isa::LaneProgram reciprocal_program() {
  LaneBuilder body;
  body.unary(Op::kCountLeadingZeros, 1, 0).op(Op::kShiftLeft, 0, 0, 1);
  body.op(Op::kAnd, 0, 0, Imm{0x7fffffff});                                 // fraction of 1 + f, Q0.31
  body.op(Op::kShiftRight, 0, 0, Imm{1}).op(Op::kAdd, 0, 0, Imm{1 << 30});  // d = (1 + f) / 2
  body.op(Op::kDoublingHighMultiply, 1, 0, Imm{-1010580540});               // -32/17, Q2.29
  body.op(Op::kAdd, 1, 1, Imm{1515870810});                                 // y = 48/17 - 32/17 d
  for (int step = 0; step < 3; ++step) {
    body.op(Op::kDoublingHighMultiply, 2, 0, 1).op(Op::kReverseSubtract, 2, 2, Imm{1 << 29});
    body.op(Op::kDoublingHighMultiply, 2, 2, 1).op(Op::kSaturatingShiftLeft, 2, 2, Imm{2});
    body.op(Op::kAdd, 1, 1, 2);
  }
  body.op(Op::kSaturatingShiftLeft, 0, 1, Imm{1});
  return {body.take(), {}};
}

// r0 = input, r1 = packed shift and maximum, r2 = scale -> r0 = output.
isa::LaneProgram quotient_program(int32_t output_minimum) {
  LaneBuilder body;
  body.op(Op::kShiftLeft, 3, 1, Imm{16}).op(Op::kShiftRight, 3, 3, Imm{16});
  body.op(Op::kSubtract, 3, 3, 0).lookup(3, 3, 0).op(Op::kDoublingHighMultiply, 3, 3, 2);
  body.op(Op::kShiftRight, 1, 1, Imm{16}).op(Op::kRoundingShiftRight, 0, 3, 1);
  body.add_unless_zero(0, output_minimum);
  return {body.take(), {}};
}

int32_t least(isa::LaneType type) {
  return type == isa::LaneType::kInt8 ? INT8_MIN : type == isa::LaneType::kInt16 ? INT16_MIN : 0;
}

}  // namespace

SoftmaxTask::SoftmaxTask(Operand input, Operand result, isa::LaneType type, isa::LaneType output_type,
                         const numerics::SoftmaxParams& params)
    : type_(type), output_type_(output_type) {
  ATOLL_CHECK(input.shape.rank() == 2 && input.shape[1] < kMaxClasses);
  region = Box::whole(result.shape);
  grain = Dims{1, result.shape[1]};
  inputs = {std::move(input)};
  output = std::move(result);
  constants = exponential_table(params);
}

int64_t SoftmaxTask::temporary_bytes(const Dims& tile) const { return 3 * tile[0] * 4; }

void SoftmaxTask::emit_tile(const Tile& tile, Emitter& emitter) const {
  const int64_t rows = tile.box.extent[0], classes = tile.box.extent[1];
  const auto temporary = [&](int index) { return static_cast<uint32_t>(tile.temporaries + index * rows * 4); };
  const uint32_t maximum = temporary(0), sum = temporary(1), scale = temporary(2);
  const Placed& in = tile.inputs[0];
  const Dims &in_strides = in.strides, &out_strides = tile.output.strides;
  const uint32_t in_address = in.at(tile.box.begin);
  const auto emit = [&](Nest nest) { emit_nest(std::move(nest), *tile.machine, emitter); };
  const auto per_row = [](uint32_t address) { return Stream{address, isa::LaneType::kInt32, Dims{4}, Dims{0}}; };
  const auto row_result = [](uint32_t address) { return Stream{address, isa::LaneType::kInt32, Dims{4}, Dims()}; };
  const Stream row_of_inputs{in_address, type_, Dims{in_strides[0]}, Dims{in_strides[1]}};

  emit({Dims{rows}, Dims{classes}, isa::Reduce::kMax, row_result(maximum), {row_of_inputs}, {}, {}, -1});
  emit({Dims{rows},
        Dims{classes},
        isa::Reduce::kAdd,
        row_result(sum),
        {row_of_inputs, per_row(maximum)},
        sum_program(),
        {tile.constants},
        -1});
  const auto one = [&](uint32_t address) { return Stream{address, isa::LaneType::kInt32, Dims{4}, Dims()}; };
  emit({Dims{rows}, Dims(), isa::Reduce::kNone, row_result(scale), {one(sum)}, reciprocal_program(), {}, -1});
  emit({Dims{rows},
        Dims(),
        isa::Reduce::kNone,
        row_result(maximum),
        {one(maximum), one(sum)},
        pack_program(8 * isa::lane_type_bytes(output_type_)),
        {},
        -1});
  const auto broadcast = [](uint32_t address) { return Stream{address, isa::LaneType::kInt32, Dims{4, 0}, Dims()}; };
  emit({Dims{rows, classes},
        Dims(),
        isa::Reduce::kNone,
        {tile.output.at(tile.box.begin), output_type_, out_strides, Dims()},
        {{in_address, type_, in_strides, Dims()}, broadcast(maximum), broadcast(scale)},
        quotient_program(least(output_type_)),
        {tile.constants},
        tile.written_storage});
}

LeastWork SoftmaxTask::least_work(const isa::Machine& machine) const {
  const auto length = [](const isa::LaneProgram& program) { return static_cast<int64_t>(program.body.size()); };
  const int64_t a_element = 1 + length(sum_program()) + 1 + length(quotient_program(1));
  const int64_t a_row = length(reciprocal_program()) + length(pack_program(8));
  const int64_t primitives = region.elements() * a_element + region.extent[0] * a_row;
  return {0, (primitives + machine.lanes - 1) / machine.lanes, 0, 0};
}

}  // namespace atl::compiler
