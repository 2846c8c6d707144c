#include "simulator/sysc/unit_module.h"

#include <algorithm>

namespace atl::simulator {

UnitModule::UnitModule(const sc_core::sc_module_name& name, isa::Unit unit, const Clock& clock,
                       const InstructionQueue& queue, RunState& run)
    : sc_module(name),
      unit_(static_cast<size_t>(unit)),
      clock_(clock),
      queue_(queue),
      run_(run),
      phased_(run.machine, run.lane_programs),
      work_(run.registers != nullptr && run.registers->units[unit_] != nullptr ? *run.registers->units[unit_]
                                                                               : phased_) {
  SC_METHOD(on_edge);
  sensitive << clock.edge();
  dont_initialize();
}

std::optional<uint32_t> UnitModule::at_work() const {
  return step_ == Step::kFetch ? std::nullopt : std::optional(index_);
}

void UnitModule::on_edge() {
  changed_ = false;
  if (clock_.cycle() > 0) settle_cycle();
  complete();
  begin_cycle();
  drive(step_ == Step::kWork, step_ == Step::kWork ? work_.demand() : 0);
  quiet.write(!changed_ && step_ != Step::kWork && completing_.empty());
}

void UnitModule::settle_cycle() {
  if (step_ == Step::kWork) {
    if (served()) {
      settle_phase(sram_grant.read());
    } else {
      activity_ = waiting_for();
    }
  }
  work_.step(clock_.cycle() - 1);
  ++run_.timeline.units[unit_].cycles[static_cast<size_t>(activity_)];
  run_.timeline.activities[unit_].record(clock_.cycle() - 1, activity_, subject_);
}

void UnitModule::settle_phase(int64_t granted) {
  activity_ = granted < work_.demand() ? Activity::kWaitSram : Activity::kBusy;
  const Progress progress = work_.work(granted);
  if (progress == Progress::kGoesOn) return;
  phase_ended();
  changed_ = true;
  step_ = Step::kStartPhase;
  if (progress == Progress::kPhaseOver) return;
  completing_.push_back({index_, std::nullopt});
  step_ = Step::kFetch;
}

bool UnitModule::completes_now(Completing& oldest) {
  if (!oldest.cycle) oldest.cycle = work_.finished(oldest.index);
  ATOLL_CHECK(!oldest.cycle || *oldest.cycle >= clock_.cycle(), "instruction #{} completes in the past", oldest.index);
  return oldest.cycle == clock_.cycle();
}

void UnitModule::complete() {
  bool any = false;
  while (!completing_.empty() && completes_now(completing_.front())) {
    const uint32_t index = completing_.front().index;
    run_.timeline.instructions[index].completed = clock_.cycle();
    const isa::UnitMask signal = run_.code[index].signal;
    for (size_t to = 0; to < given_.to.size(); ++to) given_.to[to] += (signal >> to) & 1u;
    ++completed_count_;
    completing_.pop_front();
    if (&work_ != &phased_) run_.registers->completed(index);
    any = true;
  }
  if (!any) return;
  completed.write(completed_count_);
  tokens_out.write(given_);
  changed_ = true;
}

void UnitModule::begin_cycle() {
  switch (step_) {
    case Step::kFetch: return fetch();
    case Step::kStartPhase: return start_phase();
    case Step::kWork: return;
  }
}

void UnitModule::fetch() {
  if (pushed.read() == popped_count_) {
    activity_ = Activity::kIdle;
    subject_ = isa::timing::kNoInstruction;
    return;
  }
  const uint32_t index = queue_.slot(popped_count_);
  subject_ = index;
  const isa::Instruction& instruction = run_.code[index];
  if (!tokens_present(instruction.wait)) {
    activity_ = Activity::kWaitSemaphore;
    return;
  }
  take_tokens(instruction.wait);
  popped.write(++popped_count_);
  changed_ = true;
  activity_ = Activity::kDecode;
  index_ = index;
  step_ = Step::kStartPhase;
  run_.timeline.instructions[index].started = clock_.cycle();
  if (&work_ != &phased_) run_.registers->decoded(index);
  work_.decode(index, instruction.operation);
  decoded(index);
}

bool UnitModule::tokens_present(isa::UnitMask wait) const {
  for (size_t from = 0; from < isa::kUnits; ++from) {
    if ((wait >> from & 1u) != 0 && tokens_in[from].read().to[unit_] == taken_.to[from]) return false;
  }
  return true;
}

void UnitModule::take_tokens(isa::UnitMask wait) {
  for (size_t from = 0; from < isa::kUnits; ++from) taken_.to[from] += wait >> from & 1u;
}

void UnitModule::start_phase() {
  if (!may_start_phase()) {
    activity_ = waiting_for();
    return;
  }
  work_.begin_phase();
  step_ = Step::kWork;
  changed_ = true;
  phase_started(index_, work_.last_phase());
}

void UnitModule::execute(uint32_t index) {
  if (run_.execute && &work_ == &phased_) run_.execute(index);
}

}  // namespace atl::simulator
