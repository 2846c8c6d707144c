// The output stage: reads its parameters, then drains accumulators. It waits for nothing but semaphores and SRAM.
#pragma once

#include "simulator/sysc/unit_module.h"

namespace atl::simulator {

class OutputStage : public UnitModule {
 public:
  SC_HAS_PROCESS(OutputStage);
  OutputStage(const sc_core::sc_module_name& name, const Clock& clock, const InstructionQueue& queue, RunState& run);
};

}  // namespace atl::simulator
