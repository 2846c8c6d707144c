#include "simulator/sysc/sram_arbiter.h"

#include <algorithm>

namespace atl::simulator {

namespace {

constexpr isa::Unit kPriority[] = {isa::Unit::kDmaLoad, isa::Unit::kDmaStore, isa::Unit::kOutput,
                                   isa::Unit::kArray,   isa::Unit::kWeights,  isa::Unit::kVector};
static_assert(std::size(kPriority) == isa::kUnits);

}  // namespace

SramArbiter::SramArbiter(const sc_core::sc_module_name& name, int64_t bytes_per_cycle)
    : sc_module(name), bytes_per_cycle_(bytes_per_cycle) {
  SC_METHOD(arbitrate);
  for (auto& unit_demand : demand) sensitive << unit_demand;
}

void SramArbiter::arbitrate() {
  int64_t left = bytes_per_cycle_;
  for (const isa::Unit unit : kPriority) {
    const auto index = static_cast<size_t>(unit);
    const int64_t granted = std::min(demand[index].read(), left);
    grant[index].write(granted);
    left -= granted;
  }
}

}  // namespace atl::simulator
