#include "compiler/lower/partial_reduction.h"

#include <cmath>

#include "compiler/tasks/window_task.h"

namespace atl::compiler {
namespace {

// An axis is long if its elements alone fill this share of the SRAM.
constexpr int64_t kLongShare = 16;

class PartialTask : public WindowTask {
 protected:
  std::vector<isa::Primitive> tail(int64_t /*valid*/) const override { return {}; }
};

}  // namespace

ReductionInput shorten(const ReductionInput& input, int axis, isa::Reduce reduce, SegmentBuilder& builder) {
  const int64_t extent = input.operand.shape[axis];
  if (extent * input.operand.element_bytes <= builder.machine().sram_bytes / kLongShare) return input;
  const auto run = static_cast<int64_t>(std::ceil(std::sqrt(static_cast<double>(extent))));
  Dims partial = input.operand.shape;
  partial[axis] = (extent + run - 1) / run;

  auto task = std::make_unique<PartialTask>();
  task->window.assign(static_cast<size_t>(partial.rank()), WindowDim{});
  task->window[static_cast<size_t>(axis)] = {run, run, 0};  // the last window is cut short by the axis' end
  task->reduce = reduce;
  task->input_type = input.type;
  task->output_type = isa::LaneType::kInt32;
  task->inputs = {input.operand};
  task->output = builder.temporary("partial results", partial, 4);
  task->region = Box::whole(partial);
  task->grain = Dims(partial.rank(), 1);
  const ReductionInput result{task->output, isa::LaneType::kInt32};
  builder.add(std::move(task));
  return result;
}

}  // namespace atl::compiler
