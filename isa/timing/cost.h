// How long each instruction occupies its unit and how much SRAM bandwidth it wants: docs/timing.md section 3 in code.
// The timeline engine and the clocked model both read it; how units wait for each other and share memory they each do on their own.
#pragma once

#include <cstdint>
#include <vector>

#include "isa/instruction.h"
#include "isa/lane_program.h"
#include "isa/machine.h"

namespace atl::isa::timing {

// A stretch of work with one SRAM demand: done after `cycles` cycles in which `sram_bytes` bytes each were granted.
// sram_bytes <= the machine's SRAM bandwidth (a larger demand is stretched over more cycles).
struct Phase {
  int64_t cycles = 0;      // >= 1
  int64_t sram_bytes = 0;  // per cycle, >= 0
  bool operator==(const Phase&) const = default;
};

// The whole instruction: its phases in order and the pipeline latency after the last one.
struct Cost {
  std::vector<Phase> phases;  // dma_load, dma_store: one a burst; load_weights, matmul: one a weight tile
  int64_t latency = 0;        // cycles from the end of the last phase until the results are in place
};

// Control instructions have no phases. Aborts for fields outside the ranges that program validation guarantees.
Cost cost(const Operation& operation, const Machine& machine, const std::vector<LaneProgram>& lane_programs);

// Bursts of a DMA instruction, summed: cycles on the link, without latency.
int64_t dma_cycles(uint64_t run_bytes, uint64_t runs, const Machine& machine);

}  // namespace atl::isa::timing
