// What all modules of a run share besides wires: the code they execute, and the record of what happened.
#pragma once

#include <cstdint>
#include <vector>

#include "isa/machine.h"
#include "isa/program.h"
#include "isa/timing/timeline_record.h"
#include "simulator/sysc/clocked_model.h"

namespace atl::simulator {

struct RunState {
  const isa::Code& code;
  const std::vector<isa::LaneProgram>& lane_programs;
  const isa::Machine& machine;
  const ExecuteInstruction& execute;
  const RegisterLevel* registers;  // null: all units work by their costs
  isa::timing::Timeline timeline;
};

// The instructions waiting before a unit: memory of the queue that the dispatcher writes and the unit reads. Who may
// access what follows from the counters `pushed` and `popped`, which are signals.
class InstructionQueue {
 public:
  explicit InstructionQueue(int32_t depth) : slots_(static_cast<size_t>(depth)) {}
  uint32_t& slot(uint64_t position) { return slots_[position % slots_.size()]; }
  uint32_t slot(uint64_t position) const { return slots_[position % slots_.size()]; }

 private:
  std::vector<uint32_t> slots_;  // indices of instructions
};

}  // namespace atl::simulator
