#include "simulator/sysc/unit_module.h"

#include <algorithm>

namespace atl::simulator {

UnitModule::UnitModule(const sc_core::sc_module_name& name, isa::Unit unit, const Clock& clock,
                       const InstructionQueue& queue, RunState& run)
    : sc_module(name), unit_(static_cast<size_t>(unit)), clock_(clock), queue_(queue), run_(run) {
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
  drive(step_ == Step::kWork, phase_ ? phase_->phase().sram_bytes : 0);
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
  ++run_.timeline.units[unit_].cycles[static_cast<size_t>(activity_)];
  run_.timeline.activities[unit_].record(clock_.cycle() - 1, activity_, subject_);
}

void UnitModule::settle_phase(int64_t granted) {
  const int64_t demand = phase_->phase().sram_bytes;
  activity_ = granted < demand ? Activity::kWaitSram : Activity::kBusy;
  if (demand == 0) {
    if (--cycles_left_ > 0) return;
  } else {
    bytes_left_ -= granted;
    if (bytes_left_ > 0) return;
  }
  phase_ended();
  changed_ = true;
  phase_->next();
  step_ = Step::kStartPhase;
  if (phase_->done()) end_instruction();
}

// The last phase ended in the cycle before this edge's.
void UnitModule::end_instruction() {
  last_completion_ = std::max(clock_.cycle() + cost_.latency, last_completion_);
  completing_.push_back({index_, last_completion_});
  phase_.reset();
  step_ = Step::kFetch;
}

void UnitModule::complete() {
  if (completing_.empty() || completing_.front().cycle != clock_.cycle()) return;
  while (!completing_.empty() && completing_.front().cycle == clock_.cycle()) {
    const uint32_t index = completing_.front().index;
    run_.timeline.instructions[index].completed = clock_.cycle();
    const isa::UnitMask signal = run_.code[index].signal;
    for (size_t to = 0; to < given_.to.size(); ++to) given_.to[to] += (signal >> to) & 1u;
    ++completed_count_;
    completing_.pop_front();
  }
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
  cost_ = isa::timing::cost(instruction.operation, run_.machine, run_.lane_programs);
  phase_.emplace(cost_);
  ATOLL_CHECK(!phase_->done(), "instruction #{} without phases", index);
  step_ = Step::kStartPhase;
  run_.timeline.instructions[index].started = clock_.cycle();
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
  const isa::timing::Phase& phase = phase_->phase();
  cycles_left_ = phase.cycles;
  bytes_left_ = phase.cycles * phase.sram_bytes;
  step_ = Step::kWork;
  changed_ = true;
  isa::timing::PhaseCursor after = *phase_;
  after.next();
  phase_started(index_, after.done());
}

void UnitModule::execute(uint32_t index) {
  if (run_.execute) run_.execute(index);
}

}  // namespace atl::simulator
