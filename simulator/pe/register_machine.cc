#include "simulator/pe/register_machine.h"

#include "simulator/pe/array_unit.h"
#include "simulator/pe/output_unit.h"
#include "simulator/pe/weight_unit.h"

namespace atl::simulator::pe {

RegisterMachine::RegisterMachine(MachineState& state, const isa::Machine& machine)
    : arrays_(state.tiles.size(),
              ProcessingElements(static_cast<uint32_t>(machine.rows), static_cast<uint32_t>(machine.columns))),
      pipelines_(state.tiles.size()),
      weights_(std::make_unique<WeightUnit>(state, machine, arrays_)),
      array_(std::make_unique<ArrayUnit>(state, machine, arrays_)),
      output_(std::make_unique<OutputUnit>(state, machine, pipelines_)) {}

RegisterMachine::~RegisterMachine() = default;

Unit& RegisterMachine::unit(isa::Unit unit) {
  switch (unit) {
    case isa::Unit::kWeights: return *weights_;
    case isa::Unit::kArray: return *array_;
    case isa::Unit::kOutput: return *output_;
    default: ATOLL_CHECK(false, "unit {} has no registers", isa::unit_name(unit));
  }
}

}  // namespace atl::simulator::pe
