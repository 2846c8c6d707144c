// All that is simulated at register level: of every tile the array, its weights and accumulators, and the output stage.
//
// Tiles run in lockstep: each has registers of its own, and what is granted to one is granted to all. Values come from
// stepping the registers cycle by cycle; nothing of simulator/core computes here but its memories.
#pragma once

#include <memory>
#include <vector>

#include "isa/machine.h"
#include "simulator/core/state.h"
#include "simulator/pe/output_pipeline.h"
#include "simulator/pe/processing_elements.h"
#include "simulator/pe/unit.h"

namespace atl::simulator::pe {

class RegisterMachine {
 public:
  // `state` is the memory of `machine` and outlives this.
  RegisterMachine(MachineState& state, const isa::Machine& machine);
  ~RegisterMachine();
  RegisterMachine(const RegisterMachine&) = delete;
  RegisterMachine& operator=(const RegisterMachine&) = delete;

  // Of kWeights, kArray or kOutput.
  Unit& unit(isa::Unit unit);

 private:
  std::vector<ProcessingElements> arrays_;  // by tile
  std::vector<OutputPipeline> pipelines_;
  std::unique_ptr<Unit> weights_, array_, output_;
};

}  // namespace atl::simulator::pe
