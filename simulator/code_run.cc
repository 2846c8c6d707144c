#include "simulator/code_run.h"

#include "simulator/core/execute.h"
#include "simulator/pe/register_machine.h"
#include "simulator/races.h"
#include "simulator/sysc/clocked_model.h"

namespace atl::simulator {

using isa::timing::Timeline;

Result<Timeline> CodeRun::run(Fidelity fidelity, bool races, MachineState* state, Capture* capture,
                              std::optional<Timeline>& timed) {
  if (fidelity != Fidelity::kFast) {
    std::optional<MachineState> zeros;  // registers need something to work on
    if (fidelity == Fidelity::kPe && state == nullptr) {
      ATOLL_ASSIGN(zeros, MachineState::create(machine_, 0, {}));
    }
    ATOLL_ASSIGN(Timeline timeline, fidelity == Fidelity::kCycle
                                        ? run_clocked(state, capture)
                                        : run_registers(zeros ? *zeros : *state, state != nullptr, capture));
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

Result<Timeline> CodeRun::run_clocked(MachineState* state, Capture* capture) const {
  ExecuteInstruction execute_one;
  if (state != nullptr) execute_one = [&](uint32_t index) { execute(index, *state, capture); };
  return simulate_clocked(code_, lane_programs_, machine_, execute_one);
}

// Instructions of the units with registers are not executed but run, from their decoding to their completion.
Result<Timeline> CodeRun::run_registers(MachineState& state, bool values, Capture* capture) const {
  pe::RegisterMachine machine(state, machine_);
  RegisterLevel registers;
  for (const isa::Unit unit : {isa::Unit::kWeights, isa::Unit::kArray, isa::Unit::kOutput})
    registers.units[static_cast<size_t>(unit)] = &machine.unit(unit);
  registers.decoded = [&](uint32_t index) {
    if (is_windowed(code_[index].operation)) windows_.apply(index, state);
    if (capture != nullptr) capture->before(index, state);
  };
  registers.completed = [&](uint32_t index) {
    if (capture != nullptr) capture->after(index, state);
  };
  ExecuteInstruction execute_one;
  if (values) execute_one = [&](uint32_t index) { execute(index, state, capture); };
  return simulate_clocked(code_, lane_programs_, machine_, execute_one, &registers);
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
