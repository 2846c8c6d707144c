// The weight loader: a phase fills the array's shadow weights with one tile.
#pragma once

#include "simulator/sysc/unit_module.h"

namespace atl::simulator {

class WeightLoader : public UnitModule {
 public:
  sc_core::sc_out<uint64_t> tiles_loaded{"tiles_loaded"};  // since the start
  sc_core::sc_in<uint64_t> tiles_taken{"tiles_taken"};     // by the array

  SC_HAS_PROCESS(WeightLoader);
  WeightLoader(const sc_core::sc_module_name& name, const Clock& clock, const InstructionQueue& queue, RunState& run);

  uint64_t loaded_count() const { return loaded_count_; }  // for diagnosis

 private:
  bool may_start_phase() override { return tiles_taken.read() == loaded_count_; }
  Activity waiting_for() const override { return Activity::kWaitWeights; }
  void phase_ended() override { tiles_loaded.write(++loaded_count_); }

  uint64_t loaded_count_ = 0;
};

}  // namespace atl::simulator
