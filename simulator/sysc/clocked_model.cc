#include "simulator/sysc/clocked_model.h"

#include "simulator/sysc/accelerator.h"
#include "simulator/sysc/diagnosis.h"
#include "simulator/sysc/session.h"

namespace atl::simulator {

namespace {

using isa::timing::Timeline;

// What became of the run, once the clock has stopped.
Status outcome_of(const Accelerator& accelerator) {
  switch (accelerator.outcome()) {
    case Outcome::kComplete: return leftovers(accelerator);
    case Outcome::kDeadlock: return deadlock(accelerator);
    case Outcome::kTooManyTokens:
      return make_error(ErrorCode::kInvalid, "a semaphore holds more than {} tokens", isa::timing::kMaxTokens);
    case Outcome::kRunning: break;
  }
  ATOLL_CHECK(false, "the clock stopped by itself");
}

}  // namespace

Result<Timeline> simulate_clocked(const isa::Code& code, const std::vector<isa::LaneProgram>& lane_programs,
                                  const isa::Machine& machine, const ExecuteInstruction& execute,
                                  const RegisterLevel* registers) {
  RunState run{code, lane_programs, machine, execute, registers, {}};
  run.timeline.instructions.resize(code.size());
  Status outcome;
  ATOLL_TRY(run_systemc([&] {
    const auto accelerator = std::make_unique<Accelerator>("accelerator", run);
    sc_core::sc_start();
    run.timeline.cycles = accelerator->cycle();
    outcome = outcome_of(*accelerator);
  }));
  ATOLL_TRY(std::move(outcome));
  isa::timing::check_accounting(run.timeline);
  return std::move(run.timeline);
}

}  // namespace atl::simulator
