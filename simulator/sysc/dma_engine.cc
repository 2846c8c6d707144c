#include "simulator/sysc/dma_engine.h"

namespace atl::simulator {

namespace {

isa::Unit unit_of(LinkUser user) { return user == kLoader ? isa::Unit::kDmaLoad : isa::Unit::kDmaStore; }

template <typename Dma>
int64_t bytes_moved(const Dma& dma, const isa::Machine& machine) {
  return int64_t{dma.run_bytes} * dma.count1 * dma.count2 * machine.tiles();
}

}  // namespace

DmaEngine::DmaEngine(const sc_core::sc_module_name& name, LinkUser user, const Clock& clock,
                     const InstructionQueue& queue, RunState& run)
    : UnitModule(name, unit_of(user), clock, queue, run), user_(user) {
  SC_METHOD(drive_sram_when_served);
  sensitive << link_grant << wanted_;
}

void DmaEngine::decoded(uint32_t index) {
  const isa::Operation& operation = run().code[index].operation;
  if (user_ == kLoader) {
    run().timeline.offchip_read_bytes += bytes_moved(std::get<isa::DmaLoad>(operation), run().machine);
  } else {
    run().timeline.offchip_written_bytes += bytes_moved(std::get<isa::DmaStore>(operation), run().machine);
  }
  execute(index);
}

void DmaEngine::drive(bool working, int64_t sram_bytes) {
  if (new_burst_ || !working) {
    inside_burst_ = false;
  } else if (served()) {
    inside_burst_ = true;
  }
  new_burst_ = false;
  link_request.write(!working ? kNoRequest : inside_burst_ ? kInsideBurst : kStartBurst);
  wanted_.write(working ? sram_bytes : 0);
}

void DmaEngine::drive_sram_when_served() { drive_sram(link_grant.read() == user_ ? wanted_.read() : 0); }

}  // namespace atl::simulator
