#include "simulator/code_run.h"

#include "simulator/core/execute.h"
#include "simulator/races.h"
#include "simulator/sysc/clocked_model.h"

namespace atl::simulator {

using isa::timing::Timeline;

Result<Timeline> CodeRun::run(Fidelity fidelity, bool races, MachineState* state, Capture* capture,
                              std::optional<Timeline>& timed) {
  if (fidelity == Fidelity::kCycle) {
    ExecuteInstruction execute_one;
    if (state != nullptr) execute_one = [&](uint32_t index) { execute(index, *state, capture); };
    ATOLL_ASSIGN(Timeline timeline, simulate_clocked(code_, lane_programs_, machine_, execute_one));
    if (races) ATOLL_TRY(check_order(timeline));
    return timeline;
  }
  if (!timed) {
    ATOLL_ASSIGN(timed, isa::timing::simulate_timeline(code_, lane_programs_, machine_));
  }
  if (races) ATOLL_TRY(check_order(*timed));
  for (uint32_t index = 0; state != nullptr && index < code_.size(); ++index) {
    if (isa::unit_of(code_[index].operation) != isa::Unit::kControl) execute(index, *state, capture);
  }
  return *timed;
}

Status CodeRun::check_order(const Timeline& timeline) const {
  return check_races(code_, lane_programs_, windows_, static_cast<size_t>(machine_.tiles()), timeline.instructions);
}

void CodeRun::execute(uint32_t index, MachineState& state, Capture* capture) const {
  const isa::Operation& operation = code_[index].operation;
  if (is_windowed(operation)) windows_.apply(index, state);
  if (capture != nullptr) capture->before(index, state);
  simulator::execute(state, operation, lane_programs_);
  if (capture != nullptr) capture->after(index, state);
}

}  // namespace atl::simulator
