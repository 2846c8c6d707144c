// How long each instruction occupies its unit and how much SRAM bandwidth it wants: docs/timing.md section 3 in code.
// The timeline engine and the clocked model both read it; how units wait for each other and share memory they each do
// on their own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "isa/instruction.h"
#include "isa/lane_program.h"
#include "isa/machine.h"

namespace atl::isa::timing {

// `count` equal stretches of work, one after the other. Each is done after `cycles` cycles in which `sram_bytes` bytes
// were granted.
struct Phase {
  int64_t cycles = 0;  // >= 1
  int64_t sram_bytes =
      0;              // per cycle, 0 .. the machine's SRAM bandwidth (a larger demand is stretched over more cycles)
  int64_t count = 1;  // >= 1; a burst or weight tile each
  bool operator==(const Phase&) const = default;
};

// The whole instruction: its phases in order, that list `repeats` times over, and the pipeline latency after the last
// one. dma_load, dma_store: one phase a burst; load_weights, matmul: one a weight tile. Empty for control instructions.
struct Cost {
  std::vector<Phase> phases;
  int64_t repeats = 1;  // >= 1
  int64_t latency = 0;  // cycles from the end of the last phase until the results are in place
  // matmul: the sums that a column of the array passes on, one a cycle, and the part of `latency` by which its last
  // column is behind its first.
  int64_t sums = 0, spread = 0;

  // Cycles of all phases, if nothing has to be waited for; without latency.
  int64_t cycles() const;
  // Number of phases, each counted alone.
  int64_t phase_count() const;
};

// Walks the phases one by one: for (PhaseCursor at(cost); !at.done(); at.next()) use(at.phase().cycles,
// at.phase().sram_bytes).
class PhaseCursor {
 public:
  explicit PhaseCursor(const Cost& cost) : cost_(&cost) {}
  bool done() const { return cost_->phases.empty() || repeat_ == cost_->repeats; }
  const Phase& phase() const { return cost_->phases[index_]; }
  // Phases equal to this one that follow directly, this one included.
  int64_t equal_ahead() const;
  void next() { skip(1); }
  // Moves on by `count` <= equal_ahead() phases.
  void skip(int64_t count);

 private:
  const Cost* cost_;
  int64_t repeat_ = 0;
  size_t index_ = 0;
  int64_t passed_ = 0;  // of the `count` of phases[index_]
};

// Aborts for fields outside the ranges that program validation guarantees.
Cost cost(const Operation& operation, const Machine& machine, const std::vector<LaneProgram>& lane_programs);

// Bursts of a DMA instruction, summed over runs and tiles: cycles on the link, without latency.
int64_t dma_cycles(uint64_t run_bytes, uint64_t runs, const Machine& machine);

}  // namespace atl::isa::timing
