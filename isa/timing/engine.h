// The timeline engine's state and its one step; timeline.cc runs it. The rules are those of docs/timing.md, sections 2,
// 4 and 5.
//
// A step decides what every unit does in cycle `now`, finds the number of cycles for which nothing about that changes,
// and moves on by as many. Time between events costs nothing, and neither do bursts that one DMA engine does
// undisturbed.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "isa/timing/cost.h"
#include "isa/timing/timeline.h"

namespace atl::isa::timing {

class Engine {
 public:
  // The arguments must outlive the engine.
  Engine(const Code& code, const std::vector<LaneProgram>& lane_programs, const Machine& machine);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  Result<Timeline> run();

 private:
  static constexpr int64_t kNever = INT64_MAX;

  struct UnitState {
    std::vector<uint32_t> queue;  // every instruction dispatched to the unit so far
    size_t decoded = 0;           // how many of them have left the queue
    bool at_work = false;         // on queue[decoded - 1]
    Cost cost;                    // of the instruction at work
    std::optional<PhaseCursor> phases;
    bool in_phase = false;  // the current phase has started
    int64_t left = 0;       // bytes it still has to be granted; cycles if it needs none
    int64_t last_completion = 0;
    int64_t first_column = 0;  // array: when the sums of the instruction before are in place in its first column
    // This step:
    Activity activity = Activity::kIdle;
    bool works = false;  // on a phase
    int64_t grant = 0;   // progress a cycle, in the unit of `left`

    bool waits() const { return decoded < queue.size(); }
    uint32_t head() const { return queue[decoded]; }
    uint32_t current() const { return queue[decoded - 1]; }
  };
  // Tokens by the cycle in which they can be seen.
  struct Semaphore {
    std::vector<int64_t> visible;
    size_t taken = 0;
    int64_t next() const { return taken < visible.size() ? visible[taken] : kNever; }
  };

  // One step of the run; false if nothing can ever happen any more.
  bool step();
  bool finished() const;

  // Deciding. Each calls change_at() for what it knows to happen later.
  enum class Dispatch { kNothing, kIssue, kControl };
  Dispatch decide_dispatch();
  void decide_idle_unit(Unit unit);
  void decide_dma();
  void decide_weights();
  void decide_array();
  void begin_phase(UnitState& unit);
  void grant_sram();
  void change_at(int64_t cycle) { next_change_ = std::min(next_change_, cycle); }
  // Cycles until a working unit's state changes; kNever if it is granted nothing.
  int64_t cycles_to_change(Unit unit) const;
  bool bursts_undisturbed(Unit unit) const;

  // Moving on by `cycles`.
  void advance(int64_t cycles);
  void account(Unit unit, int64_t cycles);
  void advance_phases(Unit unit, int64_t cycles);
  void end_phases(Unit unit, int64_t count, int64_t end);
  void complete(Unit unit, int64_t end);
  void issue();

  // What is left when nothing moves any more, as an error (diagnosis.cc).
  Error deadlock() const;
  std::string dispatch_diagnosis() const;
  std::string unit_diagnosis(Unit unit) const;
  std::string waits_for(uint32_t instruction, Unit unit) const;
  Status leftovers() const;

  UnitState& state(Unit unit) { return units_[static_cast<size_t>(unit)]; }
  const UnitState& state(Unit unit) const { return units_[static_cast<size_t>(unit)]; }
  Semaphore& semaphore(Unit from, Unit to) { return semaphores_[static_cast<size_t>(from)][static_cast<size_t>(to)]; }
  const Semaphore& semaphore(Unit from, Unit to) const {
    return semaphores_[static_cast<size_t>(from)][static_cast<size_t>(to)];
  }
  UnitStatistics& statistics(Unit unit) { return timeline_.units[static_cast<size_t>(unit)]; }
  const Operation& operation(uint32_t instruction) const { return code_[instruction].operation; }
  void count_traffic(const Operation& operation);

  const Code& code_;
  const std::vector<LaneProgram>& lane_programs_;
  const Machine& machine_;
  Timeline timeline_;

  int64_t now_ = 0;
  int64_t next_change_ = kNever;
  std::array<UnitState, kUnits> units_;
  std::array<std::array<Semaphore, kUnits>, kUnits> semaphores_;
  bool too_many_tokens_ = false;

  size_t next_instruction_ = 0;
  bool halted_ = false;
  int64_t last_completion_ = 0;  // of all units

  Unit last_burst_ = Unit::kDmaStore;  // the engine that the link served last
  bool shadow_taken_ = false;          // from the start of loading a tile until the array takes it
  int64_t tile_visible_ = kNever;      // when the array can see the tile in the shadow
};

}  // namespace atl::isa::timing
