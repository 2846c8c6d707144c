// The array: a phase streams all output pixels through one weight tile.
#pragma once

#include "simulator/sysc/unit_module.h"

namespace atl::simulator {

class Array : public UnitModule {
 public:
  sc_core::sc_in<uint64_t> tiles_loaded{"tiles_loaded"};  // into the shadow weights, since the start
  sc_core::sc_out<uint64_t> tiles_taken{"tiles_taken"};

  SC_HAS_PROCESS(Array);
  Array(const sc_core::sc_module_name& name, const Clock& clock, const InstructionQueue& queue, RunState& run);

  uint64_t taken_count() const { return taken_count_; }  // for diagnosis

 private:
  bool may_start_phase() override { return tiles_loaded.read() > taken_count_; }
  Activity waiting_for() const override { return Activity::kWaitWeights; }
  void decoded(uint32_t) override {}  // executed when the last of its weights are there
  void phase_started(uint32_t index, bool last) override;

  uint64_t taken_count_ = 0;
};

}  // namespace atl::simulator
