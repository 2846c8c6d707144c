// Comparing the two implementations of docs/timing.md.
#pragma once

#include <catch2/catch.hpp>

#include "isa/timing/timeline.h"
#include "simulator/sysc/clocked_model.h"

namespace atl::simulator {

// Everything that both say of a run.
inline void require_same(const isa::timing::Timeline& clocked, const isa::timing::Timeline& engine) {
  for (size_t i = 0; i < engine.instructions.size(); ++i) {
    INFO("instruction " << i);
    REQUIRE(clocked.instructions[i].dispatched == engine.instructions[i].dispatched);
    REQUIRE(clocked.instructions[i].started == engine.instructions[i].started);
    REQUIRE(clocked.instructions[i].completed == engine.instructions[i].completed);
  }
  REQUIRE(clocked.cycles == engine.cycles);
  for (size_t unit = 0; unit < isa::kUnits; ++unit) {
    for (size_t activity = 0; activity < isa::timing::kActivities; ++activity) {
      INFO(isa::unit_name(isa::Unit(unit)) << " " << isa::timing::activity_name(isa::timing::Activity(activity)));
      REQUIRE(clocked.units[unit].cycles[activity] == engine.units[unit].cycles[activity]);
    }
  }
  REQUIRE(clocked.activities == engine.activities);
  REQUIRE(clocked.offchip_read_bytes == engine.offchip_read_bytes);
  REQUIRE(clocked.offchip_written_bytes == engine.offchip_written_bytes);
}

// Runs the code in both, which must say the same, be it a timeline or an error with its text. True for a timeline.
inline bool agree(const isa::Code& code, const std::vector<isa::LaneProgram>& lane_programs,
                  const isa::Machine& machine) {
  const Result<isa::timing::Timeline> engine = isa::timing::simulate_timeline(code, lane_programs, machine);
  const Result<isa::timing::Timeline> clocked = simulate_clocked(code, lane_programs, machine, {});
  if (!engine.ok() || !clocked.ok()) {
    REQUIRE((clocked.ok() ? "runs" : clocked.error().text()) == (engine.ok() ? "runs" : engine.error().text()));
    return false;
  }
  require_same(*clocked, *engine);
  return true;
}

}  // namespace atl::simulator
