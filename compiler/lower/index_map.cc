#include "compiler/lower/index_map.h"

#include <algorithm>
#include <numeric>

#include "compiler/lower/quantization.h"
#include "compiler/tasks/rearrange_task.h"

namespace atl::compiler {
namespace {

// As many copies at once as it takes before axes are settled one after the other, through temporaries.
constexpr int64_t kFewCopies = 16;

// Output coordinates out .. out + count - 1 show in, in + step, ...
struct Run {
  int64_t out = 0, count = 0, in = 0, step = 0;
};

// An axis as runs, or, if it repeats elements or itself evenly, as one run of two dimensions: coordinate
// q * inner + r shows in + q * outer_step + r * inner_step, one of the steps being 0.
struct AxisPlan {
  int64_t input_extent = 1, output_extent = 1;
  std::vector<Run> runs;
  bool two_dimensions = false;
  int64_t inner = 1, outer_step = 0, inner_step = 0;
};

std::vector<Run> runs_of(const std::vector<int64_t>& index) {
  std::vector<Run> runs;
  const auto size = static_cast<int64_t>(index.size());
  for (int64_t i = 0; i < size;) {
    Run run{i, 1, index[static_cast<size_t>(i)], 0};
    if (i + 1 < size) run.step = index[static_cast<size_t>(i + 1)] - run.in;
    while (i + run.count < size && index[static_cast<size_t>(i + run.count)] == run.in + run.count * run.step) {
      ++run.count;
    }
    if (run.count == 1) run.step = 0;
    i += run.count;
    runs.push_back(run);
  }
  return runs;
}

AxisPlan plan_axis(const AxisChoice& choice) {
  AxisPlan plan;
  plan.input_extent = choice.input_extent;
  plan.output_extent = static_cast<int64_t>(choice.index.size());
  plan.runs = runs_of(choice.index);
  if (plan.runs.size() < 2) return plan;
  const Run &first = plan.runs[0], &second = plan.runs[1];
  const int64_t outer_step = second.in - first.in;
  if (plan.output_extent % first.count != 0 || (first.step != 0 && outer_step != 0)) return plan;
  for (int64_t o = 0; o < plan.output_extent; ++o) {
    const int64_t expected = first.in + o / first.count * outer_step + o % first.count * first.step;
    if (choice.index[static_cast<size_t>(o)] != expected) return plan;
  }
  plan.two_dimensions = true;
  plan.inner = first.count, plan.outer_step = outer_step, plan.inner_step = first.step;
  plan.runs.resize(1);
  return plan;
}

// Axes of one element left out, neighbours taken whole merged; at least one axis.
IndexMap merged(const IndexMap& map) {
  IndexMap result;
  for (const AxisChoice& choice : map) {
    if (choice.input_extent == 1 && choice.index.size() == 1) continue;
    if (!result.empty() && choice.is_identity() && result.back().is_identity()) {
      result.back() = AxisChoice::all(result.back().input_extent * choice.input_extent);
    } else {
      result.push_back(choice);
    }
  }
  if (result.empty()) result.push_back(AxisChoice::all(1));
  return result;
}

std::vector<AxisPlan> plan_axes(const IndexMap& map) {
  std::vector<AxisPlan> plans;
  for (const AxisChoice& choice : map) plans.push_back(plan_axis(choice));
  return plans;
}

int64_t copies_of(const std::vector<AxisPlan>& plans) {
  int64_t copies = 1;
  for (const AxisPlan& plan : plans) {
    copies = std::min<int64_t>(INT32_MAX, copies * static_cast<int64_t>(plan.runs.size()));
  }
  return copies;
}

int dimensions_of(const std::vector<AxisPlan>& plans) {
  int dimensions = 0;
  for (const AxisPlan& plan : plans) dimensions += plan.two_dimensions ? 2 : 1;
  return dimensions;
}

// The axis to be settled first, into a temporary; nothing when one task a run of every axis will do.
std::optional<size_t> axis_to_settle(const std::vector<AxisPlan>& plans) {
  if (dimensions_of(plans) > kMaxRank) {
    for (size_t d = 0; d < plans.size(); ++d) {
      if (plans[d].two_dimensions) return d;
    }
  }
  if (copies_of(plans) <= kFewCopies) return {};
  std::vector<size_t> broken;
  for (size_t d = 0; d < plans.size(); ++d) {
    if (plans[d].runs.size() > 1) broken.push_back(d);
  }
  if (broken.size() < 2) return {};
  return broken[0];
}

IndexMap only(const IndexMap& map, size_t axis) {
  IndexMap result;
  for (size_t d = 0; d < map.size(); ++d) {
    result.push_back(d == axis ? map[d] : AxisChoice::all(map[d].input_extent));
  }
  return result;
}

Dims input_dims(const std::vector<AxisPlan>& plans) {
  Dims dims;
  for (const AxisPlan& plan : plans) dims.push_back(plan.input_extent);
  return dims;
}

Dims output_dims(const std::vector<AxisPlan>& plans) {
  Dims dims;
  for (const AxisPlan& plan : plans) {
    if (plan.two_dimensions) dims.push_back(plan.output_extent / plan.inner);
    dims.push_back(plan.two_dimensions ? plan.inner : plan.output_extent);
  }
  return dims;
}

// The copy of one run of every axis.
std::unique_ptr<RearrangeTask> make_copy(const Operand& input, const Operand& output,
                                         const std::vector<AxisPlan>& plans, const std::vector<size_t>& chosen) {
  auto task = std::make_unique<RearrangeTask>();
  for (size_t axis = 0; axis < plans.size(); ++axis) {
    const AxisPlan& plan = plans[axis];
    const Run& run = plan.runs[chosen[axis]];
    task->origin.push_back(run.in);
    const auto add = [&](int64_t begin, int64_t extent, int64_t step) {
      task->region.begin.push_back(begin), task->region.extent.push_back(extent);
      task->dims.push_back({step == 0 ? -1 : static_cast<int>(axis), step});
    };
    if (plan.two_dimensions) {
      add(0, plan.output_extent / plan.inner, plan.outer_step);
      add(0, plan.inner, plan.inner_step);
    } else {
      add(run.out, run.count, run.step);
    }
  }
  task->grain = Dims(task->region.extent.rank(), 1);
  task->element_type = raw_type(input.element_bytes);
  task->inputs = {{input.storage, input_dims(plans), input.element_bytes}};
  task->output = {output.storage, output_dims(plans), output.element_bytes};
  return task;
}

}  // namespace

AxisChoice AxisChoice::all(int64_t extent) { return stepped(extent, 0, 1, extent); }

AxisChoice AxisChoice::stepped(int64_t input_extent, int64_t begin, int64_t step, int64_t count) {
  AxisChoice choice{input_extent, {}};
  for (int64_t i = 0; i < count; ++i) choice.index.push_back(begin + i * step);
  return choice;
}

bool AxisChoice::is_identity() const {
  if (static_cast<int64_t>(index.size()) != input_extent) return false;
  for (int64_t i = 0; i < input_extent; ++i) {
    if (index[static_cast<size_t>(i)] != i) return false;
  }
  return true;
}

int64_t selection_copies(const IndexMap& map) {
  IndexMap rest = merged(map);
  int64_t copies = 0;
  for (;;) {
    const std::vector<AxisPlan> plans = plan_axes(rest);
    const auto axis = axis_to_settle(plans);
    if (!axis) return copies + copies_of(plans);
    copies += static_cast<int64_t>(plans[*axis].runs.size());
    rest[*axis] = AxisChoice::all(plans[*axis].output_extent);
  }
}

void add_selection(const Operand& input, const Operand& output, const IndexMap& map, SegmentBuilder& builder) {
  const IndexMap axes = merged(map);
  const std::vector<AxisPlan> plans = plan_axes(axes);
  if (const auto axis = axis_to_settle(plans)) {
    Dims between = input_dims(plans);
    between[static_cast<int>(*axis)] = plans[*axis].output_extent;
    const Operand temporary = builder.temporary("chosen along an axis", between, input.element_bytes);
    add_selection(input, temporary, only(axes, *axis), builder);
    IndexMap rest = axes;
    rest[*axis] = AxisChoice::all(plans[*axis].output_extent);
    add_selection(temporary, output, rest, builder);
    return;
  }
  std::vector<size_t> chosen(plans.size(), 0);
  for (bool more = true; more;) {
    builder.add(make_copy(input, output, plans, chosen));
    more = false;
    for (size_t d = plans.size(); d-- > 0 && !more;) {
      more = ++chosen[d] < plans[d].runs.size();
      if (!more) chosen[d] = 0;
    }
  }
}

}  // namespace atl::compiler
