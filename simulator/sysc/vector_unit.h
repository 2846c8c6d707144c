// The vector unit: reads its tables, then runs the loop nest. It waits for nothing but semaphores and SRAM.
#pragma once

#include "simulator/sysc/unit_module.h"

namespace atl::simulator {

class VectorUnit : public UnitModule {
 public:
  SC_HAS_PROCESS(VectorUnit);
  VectorUnit(const sc_core::sc_module_name& name, const Clock& clock, const InstructionQueue& queue, RunState& run);
};

}  // namespace atl::simulator
