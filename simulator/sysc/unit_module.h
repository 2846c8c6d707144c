// What every unit does: take instructions from its queue, wait for tokens, let them be worked on, complete.
#pragma once

#include <deque>
#include <optional>
#include <systemc>

#include "simulator/sysc/clock.h"
#include "simulator/sysc/phased_work.h"
#include "simulator/sysc/run_state.h"
#include "simulator/sysc/token_counts.h"

namespace atl::simulator {

class UnitModule : public sc_core::sc_module {
 public:
  // Counters since the start; written in a cycle, seen by others in the next.
  sc_core::sc_in<uint64_t> pushed{"pushed"};   // instructions that entered the queue
  sc_core::sc_out<uint64_t> popped{"popped"};  // instructions that left it
  sc_core::sc_out<uint64_t> completed{"completed"};
  sc_core::sc_vector<sc_core::sc_in<TokenCounts>> tokens_in{"tokens_in", isa::kUnits};  // by signalling unit
  sc_core::sc_out<TokenCounts> tokens_out{"tokens_out"};
  // Bytes of this cycle, settled within it.
  sc_core::sc_out<int64_t> sram_demand{"sram_demand"};
  sc_core::sc_in<int64_t> sram_grant{"sram_grant"};
  // Neither did anything at this edge nor will before another module does.
  sc_core::sc_out<bool> quiet{"quiet"};

  SC_HAS_PROCESS(UnitModule);
  UnitModule(const sc_core::sc_module_name& name, isa::Unit unit, const Clock& clock, const InstructionQueue& queue,
             RunState& run);

  // For diagnosis, not part of the hardware: the instruction at work, and tokens of the semaphore (from -> this unit)
  // taken so far.
  std::optional<uint32_t> at_work() const;
  uint64_t popped_count() const { return popped_count_; }
  uint64_t tokens_taken(size_t from) const { return taken_.to[from]; }

 protected:
  using Activity = isa::timing::Activity;

  // Hooks for what only some units wait for. A phase that is about to start is asked at the edge whether it may; while
  // it may not, the unit's cycles count as waiting_for(). phase_started() and phase_ended() follow at the edges into
  // the first cycle of the phase and after its last.
  virtual bool may_start_phase() { return true; }
  virtual Activity waiting_for() const { return Activity::kIdle; }
  virtual void phase_started(uint32_t /*index*/, bool /*last*/) {}
  virtual void phase_ended() {}
  // Whether what the unit asked for at the start of the cycle, besides SRAM, was granted in it.
  virtual bool served() const { return true; }
  // Tells the arbiters what the unit needs in the cycle that begins.
  virtual void drive(bool working, int64_t sram_bytes) { drive_sram(working ? sram_bytes : 0); }
  virtual void decoded(uint32_t index) { execute(index); }

  void drive_sram(int64_t bytes) { sram_demand.write(bytes); }
  void execute(uint32_t index);
  RunState& run() { return run_; }

 private:
  enum class Step { kFetch, kStartPhase, kWork };
  struct Completing {
    uint32_t index;
    std::optional<int64_t> cycle;  // once known
  };

  void on_edge();
  void settle_cycle();                 // the one that just ended
  void settle_phase(int64_t granted);  // of a cycle in which the unit worked
  bool completes_now(Completing& oldest);
  void complete();
  void begin_cycle();
  void fetch();
  bool tokens_present(isa::UnitMask wait) const;
  void take_tokens(isa::UnitMask wait);
  void start_phase();

  const size_t unit_;
  const Clock& clock_;
  const InstructionQueue& queue_;
  RunState& run_;

  Step step_ = Step::kFetch;
  Activity activity_ = Activity::kIdle;             // of the cycle under way
  uint32_t subject_ = isa::timing::kNoInstruction;  // the instruction that it is about
  bool changed_ = false;                            // did something that others may see, at this edge
  uint64_t popped_count_ = 0, completed_count_ = 0;
  TokenCounts taken_, given_;

  uint32_t index_ = 0;  // of the instruction at work
  PhasedWork phased_;
  UnitWork& work_;  // that, unless the run brings another
  std::deque<Completing> completing_;
};

}  // namespace atl::simulator
