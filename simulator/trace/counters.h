// Quantities over the cycles of a run.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "isa/machine.h"
#include "isa/program.h"
#include "isa/timing/timeline_record.h"

namespace atl::simulator {

// A quantity that is 0 before its first step and `value` from `cycle` on; cycles ascend, and every step is a change.
struct Step {
  int64_t cycle = 0;
  int64_t value = 0;
  bool operator==(const Step&) const = default;
};
using Counter = std::vector<Step>;

// Collects changes in any order.
class Deltas {
 public:
  void add(int64_t cycle, int64_t change) { changes_.emplace_back(cycle, change); }
  Counter counter() &&;

 private:
  std::vector<std::pair<int64_t, int64_t>> changes_;
};

// Bytes of the DMA instructions of `unit` (kDmaLoad, kDmaStore) that are decoded and not complete; of all tiles.
Counter dma_bytes_in_flight(isa::Unit unit, const isa::Program& program, const isa::Machine& machine,
                            const isa::timing::Timeline& timeline);

}  // namespace atl::simulator
