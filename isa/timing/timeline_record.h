// The record of a run: what every unit did in every cycle, and when every instruction did what. The common form of the
// results of the timeline engine and of the clocked model (docs/timing.md).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "isa/instruction.h"

namespace atl::isa::timing {

// What a unit does in a cycle; every cycle of a run is exactly one of these for each unit (docs/timing.md section 6).
enum class Activity : uint8_t {
  kBusy = 0,       // working at full rate
  kDecode,         // taking the next instruction from its queue
  kWaitSemaphore,  // the instruction at the head of the queue waits for a token
  kWaitWeights,    // array: the next weight tile is not loaded; weights: the shadow weights are still taken
  kWaitSram,       // granted less SRAM bandwidth than it could use
  kWaitLink,       // DMA: the off-chip link serves the other engine
  kIdle,           // nothing in its queue
};
inline constexpr int kActivities = 7;
std::string_view activity_name(Activity activity);  // "busy", "decode", "wait_semaphore", ...

struct UnitStatistics {
  std::array<int64_t, kActivities> cycles{};  // sums to Timeline::cycles
  bool operator==(const UnitStatistics&) const = default;
};

// Of one instruction, in cycles from the start of the run.
struct InstructionTimes {
  int64_t dispatched = -1;  // the cycle of its dispatch
  int64_t started = -1;     // the cycle of its decoding, after its waits
  int64_t completed = -1;   // the first cycle in which its results are in place
  bool operator==(const InstructionTimes&) const = default;
};

inline constexpr uint32_t kNoInstruction = UINT32_MAX;

// A stretch of cycles in which a unit did one thing: from `begin` to the begin of the span after it, or to the end of
// the run.
struct ActivitySpan {
  int64_t begin = 0;
  uint32_t instruction = kNoInstruction;  // at work or, in wait_semaphore, at the head of the queue; none when idle
  Activity activity = Activity::kIdle;
  bool operator==(const ActivitySpan&) const = default;
};

// The activities of a unit over a run.
class ActivityLog {
 public:
  // In cycle `begin` and those after it. Calls come in the order of time; the first one is about cycle 0.
  void record(int64_t begin, Activity activity, uint32_t instruction) {
    if (!spans_.empty() && spans_.back().activity == activity && spans_.back().instruction == instruction) return;
    spans_.push_back({begin, instruction, activity});
  }
  // The spans follow each other without gaps and differ from their neighbours.
  const std::vector<ActivitySpan>& spans() const { return spans_; }
  // The first cycle after span `index` in a run of `cycles`.
  int64_t end(size_t index, int64_t cycles) const {
    return index + 1 < spans_.size() ? spans_[index + 1].begin : cycles;
  }
  bool operator==(const ActivityLog&) const = default;

 private:
  std::vector<ActivitySpan> spans_;
};

struct Timeline {
  int64_t cycles = 0;  // from the first dispatch to the last completion
  std::array<UnitStatistics, kUnits> units;
  std::array<ActivityLog, kUnits> activities;  // the same cycle by cycle
  std::vector<InstructionTimes> instructions;  // as many as the code has; control instructions: dispatched only
  int64_t offchip_read_bytes = 0, offchip_written_bytes = 0;
};

// Aborts unless every cycle of the run is accounted for exactly once: of each unit the spans follow each other from
// cycle 0 on, they amount to its statistics, these sum to `cycles`, and instructions are decoded when they started.
void check_accounting(const Timeline& timeline);

// By instruction: the first cycle after those in which its unit was at work on it (its completion is later by the
// latency of the pipeline); -1 for control instructions.
std::vector<int64_t> ends_of_work(const Timeline& timeline);

// Limits of a run: tokens that a semaphore holds, and cycles.
inline constexpr int64_t kMaxTokens = 65535;
inline constexpr int64_t kMaxCycles = int64_t{1} << 60;

}  // namespace atl::isa::timing
