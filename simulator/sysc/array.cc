#include "simulator/sysc/array.h"

namespace atl::simulator {

Array::Array(const sc_core::sc_module_name& name, const Clock& clock, const InstructionQueue& queue, RunState& run)
    : UnitModule(name, isa::Unit::kArray, clock, queue, run) {}

void Array::phase_started(uint32_t index, bool last) {
  tiles_taken.write(++taken_count_);
  if (last) execute(index);
}

}  // namespace atl::simulator
