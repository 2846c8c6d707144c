// What a run amounts to: the figures of `atoll simulate --stats`, as defined in docs/timing.md sections 6 and 8.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "isa/machine.h"
#include "isa/program.h"
#include "isa/timing/timeline_record.h"

namespace atl::simulator {

// One op of the model. Instructions that serve no op are in no layer.
struct LayerStatistics {
  int32_t op = -1;    // index in the model's subgraph
  std::string label;  // "CONV_2D #3 'name'"
  uint64_t macs = 0;
  uint64_t instructions = 0;
  int64_t start = 0, end = 0;  // cycles of its first decode and last completion; both 0 without instructions
  // Work of its instructions on each unit, in cycles without stalls (sum over their phases; docs/timing.md section 3).
  std::array<int64_t, isa::kUnits> work_cycles{};
  // Cycles of each unit that its instructions account for: at work on one or waiting for the tokens of one (never
  // idle).
  std::array<isa::timing::UnitStatistics, isa::kUnits> units;
  uint64_t offchip_read_bytes = 0, offchip_written_bytes = 0;
  int64_t lower_bound = 0;  // cycles: its part of Bounds::layered
};

// Cycles that schedules on the machine can't stay below.
struct Bounds {
  int64_t resource = 0;  // no schedule: the busiest resource's work, of the whole model
  int64_t layered = 0;   // none that runs ops one after the other: the sum over ops of each op's busiest resource
};

struct Statistics {
  std::string machine;
  int64_t clock_hz = 0;
  int64_t cycles = 0;       // warm
  int64_t cold_cycles = 0;  // preload and main code
  double link_seconds = 0;
  double host_seconds = 0;  // of ops left to the host: set by the caller, then update_latency()
  double latency_seconds = 0;
  double throughput_per_second = 0;
  uint64_t macs = 0;       // of the model's ops that the program carries out
  double utilization = 0;  // macs / (cycles x multiply-accumulators)
  Bounds bounds;
  int64_t offchip_read_bytes = 0, offchip_written_bytes = 0;
  uint64_t sram_peak_bytes = 0;
  std::array<isa::timing::UnitStatistics, isa::kUnits> units;  // activities of each sum to `cycles`
  // Cycles of each unit that belong to no layer: idle, or about an instruction that serves no op. With those of all
  // layers they sum to `units`.
  std::array<isa::timing::UnitStatistics, isa::kUnits> outside_layers;
  std::vector<LayerStatistics> layers;  // in the order of program.debug_ops

  // latency = cycles / clock + link + host; throughput = 1 / latency, 0 where that is 0.
  void update_latency();
};

// Adds `part` to `sum`, activity by activity.
void add_cycles(isa::timing::UnitStatistics& sum, const isa::timing::UnitStatistics& part);

// The lower bounds of ops that one program or several carry out.
Bounds lower_bounds(std::span<const isa::DebugOp> ops, const isa::Machine& machine);

// Of a run of the main code with this timeline, after `preload_cycles` of preload.
Statistics make_statistics(const isa::Program& program, const isa::Machine& machine,
                           const isa::timing::Timeline& timeline, int64_t preload_cycles);

}  // namespace atl::simulator
