#include "simulator/sysc/phased_work.h"

#include <algorithm>

namespace atl::simulator {

void PhasedWork::decode(uint32_t index, const isa::Operation& operation) {
  index_ = index;
  cost_ = isa::timing::cost(operation, machine_, lane_programs_);
  phase_.emplace(cost_);
  ATOLL_CHECK(!phase_->done(), "instruction #{} without phases", index);
}

void PhasedWork::begin_phase() {
  const isa::timing::Phase& phase = phase_->phase();
  cycles_left_ = phase.cycles;
  bytes_left_ = phase.cycles * phase.sram_bytes;
}

bool PhasedWork::last_phase() const {
  isa::timing::PhaseCursor after = *phase_;
  after.next();
  return after.done();
}

Progress PhasedWork::work(int64_t granted) {
  if (demand() == 0) {
    if (--cycles_left_ > 0) return Progress::kGoesOn;
  } else {
    bytes_left_ -= granted;
    if (bytes_left_ > 0) return Progress::kGoesOn;
  }
  phase_->next();
  if (!phase_->done()) return Progress::kPhaseOver;
  over_ = true;
  return Progress::kInstructionOver;
}

// Instructions complete in order, and a column of the array passes on one sum a cycle.
void PhasedWork::step(int64_t cycle) {
  if (!over_) return;
  over_ = false;
  const int64_t earliest = cycle + 1 + cost_.latency - cost_.spread;
  sums_through_ = sums_through_ + cost_.sums > earliest ? sums_through_ + cost_.sums : earliest;
  last_finished_ = std::max(sums_through_ + cost_.spread, last_finished_);
  finished_.push_back(last_finished_);
}

std::optional<int64_t> PhasedWork::finished(uint32_t) {
  if (finished_.empty()) return std::nullopt;
  const int64_t cycle = finished_.front();
  finished_.pop_front();
  return cycle;
}

}  // namespace atl::simulator
