// One tile's units, wired together: the top module.
#pragma once

#include <array>
#include <systemc>

#include "simulator/sysc/array.h"
#include "simulator/sysc/clock.h"
#include "simulator/sysc/dispatcher.h"
#include "simulator/sysc/dma_engine.h"
#include "simulator/sysc/link_arbiter.h"
#include "simulator/sysc/monitor.h"
#include "simulator/sysc/output_stage.h"
#include "simulator/sysc/sram_arbiter.h"
#include "simulator/sysc/vector_unit.h"
#include "simulator/sysc/weight_loader.h"

namespace atl::simulator {

class Accelerator : public sc_core::sc_module {
 public:
  Accelerator(const sc_core::sc_module_name& name, RunState& run);

  Outcome outcome() const { return monitor_.outcome(); }
  int64_t cycle() const { return clock_.cycle(); }

  // For diagnosis.
  const RunState& run() const { return run_; }
  const Dispatcher& dispatcher() const { return dispatcher_; }
  const UnitModule& unit(isa::Unit unit) const { return *units_[static_cast<size_t>(unit)]; }
  const InstructionQueue& queue(isa::Unit unit) const { return queues_[static_cast<size_t>(unit)]; }
  uint64_t tokens(isa::Unit from, isa::Unit to) const;  // that the semaphore holds
  uint64_t loaded_tiles() const { return weight_loader_.loaded_count() - array_.taken_count(); }

 private:
  template <typename T>
  using Signals = sc_core::sc_vector<sc_core::sc_signal<T>>;

  void wire_unit(size_t index);
  void wire_link_and_weights();
  const InstructionQueue& queue_of(isa::Unit unit) { return queues_[static_cast<size_t>(unit)]; }

  RunState& run_;
  Dispatcher::Queues queues_;

  // By unit.
  Signals<uint64_t> pushed_{"pushed", isa::kUnits}, popped_{"popped", isa::kUnits},
      completed_{"completed", isa::kUnits};
  Signals<TokenCounts> tokens_{"tokens", isa::kUnits};
  Signals<int64_t> demand_{"demand", isa::kUnits}, grant_{"grant", isa::kUnits};
  Signals<bool> quiet_{"quiet", isa::kUnits + 1};  // the last is the dispatcher's
  sc_core::sc_signal<bool> ended_{"ended"};
  Signals<LinkRequest> link_request_{"link_request", 2};
  sc_core::sc_signal<int> link_grant_{"link_grant", kNobody};
  sc_core::sc_signal<uint64_t> tiles_loaded_{"tiles_loaded"}, tiles_taken_{"tiles_taken"};

  Clock clock_{"clock"};
  Dispatcher dispatcher_;
  DmaEngine dma_load_, dma_store_;
  WeightLoader weight_loader_;
  Array array_;
  OutputStage output_stage_;
  VectorUnit vector_unit_;
  SramArbiter sram_arbiter_;
  LinkArbiter link_arbiter_;
  Monitor::Units units_;
  Monitor monitor_;
};

}  // namespace atl::simulator
