// Running programs on a simulated machine: outputs from its own memory, and a timeline of every cycle.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "common/base/file.h"
#include "common/base/result.h"
#include "isa/machine.h"
#include "isa/program.h"
#include "isa/timing/timeline.h"
#include "simulator/core/state.h"
#include "simulator/fidelity.h"

namespace atl::simulator {

struct Options {
  Fidelity fidelity = Fidelity::kFast;
  bool capture_materialized = false;  // fill Run::captured
  bool timing_only = false;           // no memory, no inputs, no outputs
  bool check_races = true;            // refuse code whose semaphores leave a conflict unordered (races.h)
};

struct Run {
  std::vector<Bytes> outputs;      // in the order of program.outputs
  std::vector<Bytes> captured;     // in the order of program.materialized, if asked for
  isa::timing::Timeline timeline;  // of the main code
  int64_t preload_cycles = 0;      // of the preload code, once before the first run; 0 if it loads nothing
};

// A program loaded on a machine. Like the accelerator it stays warm between runs: scratchpad and off-chip memory, with
// cached parameters and state buffers, keep what they hold.
class Simulator {
 public:
  // kInvalid for a program that is not valid on the machine, or whose matmuls do not meet the weight tiles they need.
  static Result<Simulator> create(isa::Program program, isa::Machine machine);

  // One inference. `inputs` in the order of program.inputs, in their exact sizes (none if only timing is asked for).
  // kInvalid for other inputs, and for a program that deadlocks, leaves tokens behind or has a race; kDoesNotFit when
  // this computer can't hold the machine's memory. After an error the machine is cold.
  Result<Run> run(std::span<const Bytes> inputs, const Options& options = {});

  // Cold again: memories zero, state buffers too, and the preload code runs before the next inference.
  void reset();
  // Only the state buffers back to zero, as at the start of a new sequence.
  void clear_state_buffers();

  const isa::Program& program() const { return program_; }
  const isa::Machine& machine() const { return machine_; }
  // Memories as the last run left them; null while cold.
  const MachineState* state() const { return state_ ? &*state_ : nullptr; }

 private:
  Simulator(isa::Program program, isa::Machine machine) : program_(std::move(program)), machine_(std::move(machine)) {}

  using Timed = std::optional<isa::timing::Timeline>;  // by the timeline engine: the same in every run

  Result<Run> run_from(std::optional<MachineState>& state, std::span<const Bytes> inputs, const Options& options);
  Status check_inputs(std::span<const Bytes> inputs) const;
  // Cycles of the preload code, which is executed on `state` if there is one.
  Result<int64_t> run_preload(MachineState* state, const Options& options);

  isa::Program program_;
  isa::Machine machine_;
  std::optional<MachineState> state_;  // none while cold
  Timed preload_timed_, main_timed_;
};

}  // namespace atl::simulator
