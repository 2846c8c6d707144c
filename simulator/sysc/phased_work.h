// A unit's work by the costs of docs/timing.md section 3.
#pragma once

#include <deque>
#include <optional>

#include "isa/timing/cost.h"
#include "simulator/sysc/unit_work.h"

namespace atl::simulator {

class PhasedWork : public UnitWork {
 public:
  PhasedWork(const isa::Machine& machine, const std::vector<isa::LaneProgram>& lane_programs)
      : machine_(machine), lane_programs_(lane_programs) {}

  void decode(uint32_t index, const isa::Operation& operation) override;
  void begin_phase() override;
  bool last_phase() const override;
  int64_t demand() const override { return phase_->phase().sram_bytes; }
  Progress work(int64_t granted) override;
  void step(int64_t cycle) override;
  std::optional<int64_t> finished(uint32_t index) override;

 private:
  const isa::Machine& machine_;
  const std::vector<isa::LaneProgram>& lane_programs_;
  uint32_t index_ = 0;
  isa::timing::Cost cost_;
  std::optional<isa::timing::PhaseCursor> phase_;  // while there is an instruction
  int64_t cycles_left_ = 0;                        // of a phase without SRAM demand
  int64_t bytes_left_ = 0;                         // of one with
  bool over_ = false;                              // in the cycle that just ended
  std::deque<int64_t> finished_;                   // of the instructions that are over
  int64_t last_finished_ = 0;
  int64_t sums_through_ = 0;  // array: the cycle in which its first column has passed on all sums
};

}  // namespace atl::simulator
