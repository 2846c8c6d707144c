// MEAN, SUM, REDUCE_MAX and REDUCE_MIN over constant axes. The extremes are those of the integers as they are. SUM:
// y = M(acc) + zo with the multiplier of sx / so and acc as below.
// MEAN: acc = sum of x - zx n over the n reduced elements; y = M(acc) + zo, the division by n folded into the
// multiplier of sx / so: with k = min(floor(log2 n), 32, 31 + exponent) its value becomes floor(value 2^k / n), its
// exponent less by k.
#include <algorithm>
#include <bit>

#include "compiler/lower/axes.h"
#include "compiler/lower/lowering.h"
#include "compiler/lower/partial_reduction.h"
#include "compiler/lower/quantization.h"
#include "compiler/tasks/lane_builder.h"
#include "compiler/tasks/window_task.h"

namespace atl::compiler {
namespace {

numerics::Multiplier divided_by(numerics::Multiplier m, int64_t n) {
  const int log2 = static_cast<int>(std::bit_width(static_cast<uint64_t>(n))) - 1;
  const int k = std::min({log2, 32, 31 + m.exponent});
  return {static_cast<int32_t>((int64_t{m.value} << k) / n), m.exponent - k};
}

class ReduceTask : public WindowTask {
 public:
  graph::OpKind kind{};
  QuantParams from, to;  // of sums and means
  int64_t count = 1;     // elements of the input an element of the output

 protected:
  std::vector<isa::Primitive> tail(int64_t /*valid*/) const override {
    if (reduce != isa::Reduce::kAdd) return {};
    const auto scale = numerics::quantize_multiplier(static_cast<double>(from.scale) / static_cast<double>(to.scale));
    LaneBuilder program;
    program.add_unless_zero(0, static_cast<int32_t>(-from.zero_point * count));
    program.scale(0, 0, kind == graph::OpKind::kMean ? divided_by(scale, count) : scale);
    program.add_unless_zero(0, to.zero_point);
    return program.take();
  }
};

isa::Reduce reduction_of(graph::OpKind kind) {
  return kind == graph::OpKind::kReduceMax   ? isa::Reduce::kMax
         : kind == graph::OpKind::kReduceMin ? isa::Reduce::kMin
                                             : isa::Reduce::kAdd;
}

}  // namespace

void lower_reduce(const graph::OpView& op, SegmentBuilder& builder) {
  const graph::Tensor &input = *op.input(0), &output = op.output(0);
  const std::vector<AxisGroup> groups = group_axes(input.shape, *reduced_axes(op));
  Dims in, out;
  auto task = std::make_unique<ReduceTask>();
  task->kind = op.op.kind;
  task->reduce = reduction_of(op.op.kind);
  for (const AxisGroup& group : groups) {
    in.push_back(group.extent);
    out.push_back(group.reduced ? 1 : group.extent);
    if (group.reduced) task->count *= group.extent;
  }
  ReductionInput from{builder.view(op.op.inputs[0], in), lane_type(input)};
  for (int axis = 0; axis < in.rank(); ++axis) {
    if (groups[static_cast<size_t>(axis)].reduced) from = shorten(from, axis, task->reduce, builder);
  }
  for (int axis = 0; axis < in.rank(); ++axis) {
    task->window.push_back({groups[static_cast<size_t>(axis)].reduced ? from.operand.shape[axis] : 1, 1, 0});
  }
  if (task->reduce == isa::Reduce::kAdd) task->from = quant_params(input), task->to = quant_params(output);
  task->input_type = from.type, task->output_type = lane_type(output);
  task->inputs = {from.operand};
  task->output = builder.view(op.op.outputs[0], out);
  task->region = Box::whole(out);
  task->grain = Dims(out.rank(), 1);
  builder.add(std::move(task));
}

}  // namespace atl::compiler
