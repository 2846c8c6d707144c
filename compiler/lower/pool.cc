// AVERAGE_POOL_2D and MAX_POOL_2D: reductions over the valid elements of a window.
#include <bit>

#include "common/graph/window.h"
#include "compiler/lower/lowering.h"
#include "compiler/lower/partial_reduction.h"
#include "compiler/lower/quantization.h"
#include "compiler/tasks/lane_builder.h"
#include "compiler/tasks/window_task.h"

namespace atl::compiler {
namespace {

using Op = isa::LaneOp;

// d = a / n for 0 <= a < 2^bits n + n / 2, by a multiplication with m = floor(2^s / n) + 1 and a shift. With e = m n -
// 2^s <= n the result is exact while a e < 2^s (Granlund and Montgomery 1994, theorem 4.2), so s = 2 ceil(log2 n) +
// bits + 1 is enough; m <= 2^(ceil(log2 n) + bits + 1) + 1 fits an int32 for n <= largest_pool().
void divide(LaneBuilder& program, int d, int a, int64_t n, int bits) {
  if (n == 1) {
    program.op(Op::kMove, d, 0, a);
    return;
  }
  const int log2 = static_cast<int>(std::bit_width(static_cast<uint64_t>(n - 1)));
  const int shift = 2 * log2 + bits + 1;
  const int64_t multiplier = (int64_t{1} << shift) / n + 1;
  ATOLL_CHECK(multiplier <= INT32_MAX && shift <= isa::kMaxShift);
  program.op(Op::kMultiplyShift, d, a, Imm{static_cast<int32_t>(multiplier)}, shift);
}

class PoolTask : public WindowTask {
 public:
  bool average = false;
  int64_t count = 0;  // elements a window if all have as many, else 0: the valid ones of each
  numerics::IntRange range{}, type{};

 protected:
  // average: (sum + n / 2) / n of magnitudes, with the sum's sign: C division of the reference, which rounds half away.
  std::vector<isa::Primitive> tail(int64_t valid) const override {
    if (count > 0) valid = count;
    const int bits = type.high > UINT8_MAX ? 16 : 8;
    LaneBuilder program;
    if (average && type.low >= 0) {
      program.add_unless_zero(0, static_cast<int32_t>(valid / 2));
      divide(program, 0, 0, valid, bits);
    } else if (average && valid > 1) {
      program.unary(Op::kAbsolute, 3, 0).add_unless_zero(3, static_cast<int32_t>(valid / 2));
      divide(program, 3, 3, valid, bits);
      program.op(Op::kCompareLess, 4, 0, Imm{0}).op(Op::kReverseSubtract, 5, 3, Imm{0});
      program.op(Op::kSelect, 0, 5, 3, 4);
    }
    program.clamp(0, range.low, range.high, type.low, type.high);
    return program.take();
  }
};

// One window over the whole image: rows and columns are one axis, which may be reduced in two steps.
void lower_global_pool(const graph::OpView& op, std::unique_ptr<PoolTask> task, SegmentBuilder& builder) {
  const graph::Shape& shape = op.input(0)->shape;
  task->count = int64_t{shape[1]} * shape[2];
  const Operand image = builder.view(op.op.inputs[0], Dims{shape[0], task->count, shape[3]});
  const ReductionInput from = shorten({image, task->input_type}, 1, task->reduce, builder);
  task->input_type = from.type;
  task->window = {{}, {from.operand.shape[1], 1, 0}, {}};
  task->inputs = {from.operand};
  task->output = builder.view(op.op.outputs[0], Dims{shape[0], 1, shape[3]});
  task->region = Box::whole(task->output.shape);
  task->grain = Dims{1, 1, 1};
  builder.add(std::move(task));
}

}  // namespace

void lower_pool_2d(const graph::OpView& op, SegmentBuilder& builder) {
  const auto& attrs = op.attrs<graph::Pool2DAttrs>();
  const graph::Tensor &input = *op.input(0), &output = op.output(0);
  const auto window = [&](int d, int32_t filter, int32_t stride) {
    const auto axis = graph::window_axis(attrs.padding, input.shape[d], filter, stride, 1).value();
    return WindowDim{filter, stride, axis.pad_before};
  };
  auto task = std::make_unique<PoolTask>();
  task->average = op.op.kind == graph::OpKind::kAveragePool2D;
  task->reduce = task->average ? isa::Reduce::kAdd : isa::Reduce::kMax;
  task->range = output_range(output, attrs.activation);
  task->type = type_range(output);
  task->input_type = lane_type(input);
  task->output_type = lane_type(output);
  const WindowDim rows = window(1, attrs.filter_h, attrs.stride_h), columns = window(2, attrs.filter_w, attrs.stride_w);
  const bool global = output.shape[1] == 1 && output.shape[2] == 1 && rows.padding == 0 && columns.padding == 0 &&
                      rows.size == input.shape[1] && columns.size == input.shape[2];
  if (global) return lower_global_pool(op, std::move(task), builder);
  task->window = {{}, rows, columns, {}};
  const auto nhwc = [](const graph::Tensor& t) { return Dims{t.shape[0], t.shape[1], t.shape[2], t.shape[3]}; };
  task->inputs = {builder.view(op.op.inputs[0], nhwc(input))};
  task->output = builder.view(op.op.outputs[0], nhwc(output));
  task->region = Box::whole(task->output.shape);
  task->grain = Dims{1, 1, 1, 1};
  builder.add(std::move(task));
}

}  // namespace atl::compiler
