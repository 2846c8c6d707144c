// The clocked model of a tile's units: docs/timing.md as hardware modules in SystemC, one edge a cycle. This header
// needs no SystemC.
//
// It implements the page independently of the event-driven timeline engine (isa/timing) and returns the same: their
// agreement is the check of both. One model runs at a time in a process: calls from several threads wait for each
// other.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "common/base/result.h"
#include "isa/program.h"
#include "isa/timing/timeline_record.h"
#include "simulator/sysc/unit_work.h"

namespace atl::simulator {

// Called once for every instruction of a unit, in an order in which it can be executed: when it starts (decodes), for a
// matmul when it starts its last weight tile, since by then all of its tiles have been loaded.
using ExecuteInstruction = std::function<void(uint32_t index)>;

// Units that are simulated at register level: they carry out their instructions themselves, cycle by cycle, and say how
// long these take.
struct RegisterLevel {
  std::array<UnitWork*, isa::kUnits> units{};     // null: by its costs
  std::function<void(uint32_t index)> decoded;    // an instruction of such a unit is about to be decoded
  std::function<void(uint32_t index)> completed;  // its results are in place
};

// Runs `code`, which isa::validate() accepted, from a cold start of units and queues to the end. kInvalid as
// simulate_timeline().
Result<isa::timing::Timeline> simulate_clocked(const isa::Code& code,
                                               const std::vector<isa::LaneProgram>& lane_programs,
                                               const isa::Machine& machine, const ExecuteInstruction& execute,
                                               const RegisterLevel* registers = nullptr);

}  // namespace atl::simulator
