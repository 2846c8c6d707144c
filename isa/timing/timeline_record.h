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

struct Timeline {
  int64_t cycles = 0;  // from the first dispatch to the last completion
  std::array<UnitStatistics, kUnits> units;
  std::vector<InstructionTimes> instructions;  // as many as the code has; control instructions: dispatched only
  int64_t offchip_read_bytes = 0, offchip_written_bytes = 0;
};

// Limits of a run: tokens that a semaphore holds, and cycles.
inline constexpr int64_t kMaxTokens = 65535;
inline constexpr int64_t kMaxCycles = int64_t{1} << 60;

}  // namespace atl::isa::timing
