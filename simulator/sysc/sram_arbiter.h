// The scratchpad's ports: how its bandwidth is shared out in a cycle.
#pragma once

#include <systemc>

#include "isa/instruction.h"

namespace atl::simulator {

// Grants each unit what it demands as long as some of the banks' bytes are left, in the fixed order of docs/timing.md
// section 4. Combinational: demands are driven after an edge, grants settle before the next.
class SramArbiter : public sc_core::sc_module {
 public:
  sc_core::sc_vector<sc_core::sc_in<int64_t>> demand{"demand", isa::kUnits};
  sc_core::sc_vector<sc_core::sc_out<int64_t>> grant{"grant", isa::kUnits};

  SC_HAS_PROCESS(SramArbiter);
  SramArbiter(const sc_core::sc_module_name& name, int64_t bytes_per_cycle);

 private:
  void arbitrate();

  const int64_t bytes_per_cycle_;
};

}  // namespace atl::simulator
