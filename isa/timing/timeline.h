// The timeline engine: instruction stream and machine in, timeline out. Event-driven, exact, no values and no SystemC.
// Implements docs/timing.md; the clocked model under simulator/sysc implements the same page on its own, and the two
// agree cycle for cycle.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "isa/program.h"

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

// kInvalid when the program deadlocks: which unit waits for which semaphore at which instruction, and what every queue
// holds. kInvalid too when tokens or weight tiles are left over at the end, or a semaphore exceeds kMaxTokens.
Result<Timeline> simulate_timeline(const Code& code, const std::vector<LaneProgram>& lane_programs,
                                   const Machine& machine);

inline constexpr int64_t kMaxTokens = 65535;
inline constexpr int64_t kMaxCycles = int64_t{1} << 60;

}  // namespace atl::isa::timing
