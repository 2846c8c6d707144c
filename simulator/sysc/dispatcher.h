// Fetch and dispatch: one instruction a cycle into the queue of its unit.
#pragma once

#include <array>
#include <systemc>

#include "simulator/sysc/clock.h"
#include "simulator/sysc/run_state.h"

namespace atl::simulator {

class Dispatcher : public sc_core::sc_module {
 public:
  using Queues = std::array<InstructionQueue, isa::kUnits>;

  sc_core::sc_vector<sc_core::sc_out<uint64_t>> pushed{"pushed", isa::kUnits};  // counters, by unit, see UnitModule
  sc_core::sc_vector<sc_core::sc_in<uint64_t>> popped{"popped", isa::kUnits};
  sc_core::sc_vector<sc_core::sc_in<uint64_t>> completed{"completed", isa::kUnits};
  sc_core::sc_out<bool> ended{"ended"};  // the cycle of halt is over
  sc_core::sc_out<bool> quiet{"quiet"};  // as of UnitModule

  SC_HAS_PROCESS(Dispatcher);
  Dispatcher(const sc_core::sc_module_name& name, const Clock& clock, Queues& queues, RunState& run);

  uint64_t pushed_count(size_t unit) const { return pushed_count_[unit]; }
  // The instruction to dispatch next; none once halt is past. For diagnosis.
  std::optional<uint32_t> waiting() const { return halted_ ? std::nullopt : std::optional(next_); }

 private:
  void on_edge();
  bool dispatch_next();  // whether it went anywhere
  bool push(isa::Unit unit);
  bool all_completed() const;

  const Clock& clock_;
  Queues& queues_;
  RunState& run_;
  uint32_t next_ = 0;
  bool halted_ = false;
  std::array<uint64_t, isa::kUnits> pushed_count_{};
};

}  // namespace atl::simulator
