// One pass over one code, preload or main: values and time together.
#pragma once

#include <optional>

#include "common/base/result.h"
#include "isa/program.h"
#include "isa/timing/timeline.h"
#include "simulator/capture.h"
#include "simulator/core/state.h"
#include "simulator/fidelity.h"
#include "simulator/windows.h"

namespace atl::simulator {

class CodeRun {
 public:
  CodeRun(const isa::Code& code, const std::vector<isa::LaneProgram>& lane_programs, const isa::Machine& machine)
      : code_(code),
        lane_programs_(lane_programs),
        machine_(machine),
        windows_(code, static_cast<size_t>(machine.tiles())) {}

  // Executes on `state` (null: time alone), with a capture if there is one. `timed`: the timeline engine's result for
  // this code from an earlier run, or where to keep it. Errors as of Simulator::run.
  Result<isa::timing::Timeline> run(Fidelity fidelity, bool races, MachineState* state, Capture* capture,
                                    std::optional<isa::timing::Timeline>& timed);

 private:
  Status check_order(const isa::timing::Timeline& timeline) const;
  void execute(uint32_t index, MachineState& state, Capture* capture) const;
  Result<isa::timing::Timeline> run_clocked(MachineState* state, Capture* capture) const;
  Result<isa::timing::Timeline> run_registers(MachineState& state, bool values, Capture* capture) const;

  const isa::Code& code_;
  const std::vector<isa::LaneProgram>& lane_programs_;
  const isa::Machine& machine_;
  const WindowHistory windows_;
};

}  // namespace atl::simulator
