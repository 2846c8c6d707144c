// What a unit does behind its instruction queue, as UnitModule runs it: how long an instruction takes, how much of the
// scratchpad's bandwidth it wants meanwhile, and when its results are in place. This header needs no SystemC.
//
// The clocked model takes durations from isa/timing/cost.h (phased_work.h); at register level units find out themselves
// (simulator/pe).
#pragma once

#include <cstdint>
#include <optional>

#include "isa/instruction.h"

namespace atl::simulator {

enum class Progress : uint8_t { kGoesOn, kPhaseOver, kInstructionOver };

class UnitWork {
 public:
  virtual ~UnitWork() = default;

  // In the cycle of decoding.
  virtual void decode(uint32_t index, const isa::Operation& operation) = 0;
  // A phase (docs/timing.md section 3) begins, the instruction's first one or the next.
  virtual void begin_phase() = 0;
  // Of the phase that is at work or about to begin: whether it is the instruction's last, and the bytes of SRAM it
  // wants in each of its cycles.
  virtual bool last_phase() const = 0;
  virtual int64_t demand() const = 0;
  // A cycle of the phase, in which it was granted so much, is over.
  virtual Progress work(int64_t granted) = 0;
  // Cycle `cycle` is over, with or without work.
  virtual void step(int64_t cycle) = 0;
  // The first cycle in which the results of `index` are in place, at the latest when that is the next. Asked about the
  // instructions that are over, in their order, until the answer is there.
  virtual std::optional<int64_t> finished(uint32_t index) = 0;
};

}  // namespace atl::simulator
