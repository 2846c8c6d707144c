#include "simulator/sysc/vector_unit.h"

namespace atl::simulator {

VectorUnit::VectorUnit(const sc_core::sc_module_name& name, const Clock& clock, const InstructionQueue& queue,
                       RunState& run)
    : UnitModule(name, isa::Unit::kVector, clock, queue, run) {}

}  // namespace atl::simulator
