#include "simulator/sysc/weight_loader.h"

namespace atl::simulator {

WeightLoader::WeightLoader(const sc_core::sc_module_name& name, const Clock& clock, const InstructionQueue& queue,
                           RunState& run)
    : UnitModule(name, isa::Unit::kWeights, clock, queue, run) {}

}  // namespace atl::simulator
