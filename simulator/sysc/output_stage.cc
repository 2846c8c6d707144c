#include "simulator/sysc/output_stage.h"

namespace atl::simulator {

OutputStage::OutputStage(const sc_core::sc_module_name& name, const Clock& clock, const InstructionQueue& queue,
                         RunState& run)
    : UnitModule(name, isa::Unit::kOutput, clock, queue, run) {}

}  // namespace atl::simulator
