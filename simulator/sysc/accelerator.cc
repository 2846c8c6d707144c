#include "simulator/sysc/accelerator.h"

namespace atl::simulator {

namespace {

Dispatcher::Queues make_queues(int32_t depth) {
  const InstructionQueue queue(depth);
  return {queue, queue, queue, queue, queue, queue};
}

}  // namespace

Accelerator::Accelerator(const sc_core::sc_module_name& name, RunState& run)
    : sc_module(name),
      run_(run),
      queues_(make_queues(run.machine.queue_depth)),
      dispatcher_("dispatcher", clock_, queues_, run),
      dma_load_("dma_load", kLoader, clock_, queue_of(isa::Unit::kDmaLoad), run),
      dma_store_("dma_store", kStorer, clock_, queue_of(isa::Unit::kDmaStore), run),
      weight_loader_("weights", clock_, queue_of(isa::Unit::kWeights), run),
      array_("array", clock_, queue_of(isa::Unit::kArray), run),
      output_stage_("output", clock_, queue_of(isa::Unit::kOutput), run),
      vector_unit_("vector", clock_, queue_of(isa::Unit::kVector), run),
      sram_arbiter_("sram_arbiter", run.machine.sram_bandwidth()),
      link_arbiter_("link_arbiter", clock_),
      units_{&dma_load_, &dma_store_, &weight_loader_, &array_, &output_stage_, &vector_unit_},
      monitor_("monitor", clock_, units_, dispatcher_) {
  for (size_t index = 0; index < isa::kUnits; ++index) wire_unit(index);
  wire_link_and_weights();
  dispatcher_.ended(ended_);
  dispatcher_.quiet(quiet_[isa::kUnits]);
  monitor_.ended(ended_);
  monitor_.quiet[isa::kUnits](quiet_[isa::kUnits]);
}

void Accelerator::wire_unit(size_t index) {
  UnitModule& unit = *units_[index];
  dispatcher_.pushed[index](pushed_[index]);
  unit.pushed(pushed_[index]);
  unit.popped(popped_[index]);
  dispatcher_.popped[index](popped_[index]);
  unit.completed(completed_[index]);
  dispatcher_.completed[index](completed_[index]);
  monitor_.completed[index](completed_[index]);
  unit.tokens_out(tokens_[index]);
  monitor_.tokens[index](tokens_[index]);
  for (size_t from = 0; from < isa::kUnits; ++from) unit.tokens_in[from](tokens_[from]);
  unit.sram_demand(demand_[index]);
  sram_arbiter_.demand[index](demand_[index]);
  sram_arbiter_.grant[index](grant_[index]);
  unit.sram_grant(grant_[index]);
  unit.quiet(quiet_[index]);
  monitor_.quiet[index](quiet_[index]);
}

void Accelerator::wire_link_and_weights() {
  for (DmaEngine* engine : {&dma_load_, &dma_store_}) {
    engine->link_request(link_request_[engine == &dma_load_ ? kLoader : kStorer]);
    engine->link_grant(link_grant_);
  }
  for (size_t user : {size_t{kLoader}, size_t{kStorer}}) link_arbiter_.request[user](link_request_[user]);
  link_arbiter_.grant(link_grant_);
  weight_loader_.tiles_loaded(tiles_loaded_);
  weight_loader_.tiles_taken(tiles_taken_);
  array_.tiles_loaded(tiles_loaded_);
  array_.tiles_taken(tiles_taken_);
}

uint64_t Accelerator::tokens(isa::Unit from, isa::Unit to) const {
  return tokens_[static_cast<size_t>(from)].read().to[static_cast<size_t>(to)] -
         unit(to).tokens_taken(static_cast<size_t>(from));
}

}  // namespace atl::simulator
