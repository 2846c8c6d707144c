#include "simulator/sysc/diagnosis.h"

#include <algorithm>

namespace atl::simulator {

namespace {

using isa::Unit;

constexpr Unit kAllUnits[] = {Unit::kDmaLoad, Unit::kDmaStore, Unit::kWeights,
                              Unit::kArray,   Unit::kOutput,   Unit::kVector};

// The largest; 0 if nothing completed.
int64_t last_completion(const RunState& run) {
  int64_t last = 0;
  for (const isa::timing::InstructionTimes& times : run.timeline.instructions) last = std::max(last, times.completed);
  return last;
}

std::string instruction_text(const RunState& run, uint32_t index) {
  return fmt::format("instruction {} ({})", index, isa::mnemonic_of(run.code[index].operation));
}

std::string dispatcher_line(const Accelerator& accelerator) {
  const std::optional<uint32_t> waiting = accelerator.dispatcher().waiting();
  if (!waiting) return "dispatch: done";
  const bool barrier = std::holds_alternative<isa::Barrier>(accelerator.run().code[*waiting].operation);
  return fmt::format("dispatch: {} waits {}", instruction_text(accelerator.run(), *waiting),
                     barrier ? "until everything before it is complete" : "for room in its unit's queue");
}

// The semaphores without the token that the instruction wants.
std::string empty_semaphores(const Accelerator& accelerator, Unit unit, isa::UnitMask wait) {
  std::string list;
  for (const Unit from : kAllUnits) {
    if ((wait & isa::unit_bit(from)) == 0 || accelerator.tokens(from, unit) > 0) continue;
    list += fmt::format("{}{} -> {}", list.empty() ? "" : ", ", isa::unit_name(from), isa::unit_name(unit));
  }
  return list;
}

std::string unit_line(const Accelerator& accelerator, Unit unit) {
  const RunState& run = accelerator.run();
  const UnitModule& module = accelerator.unit(unit);
  uint64_t queued = accelerator.dispatcher().pushed_count(static_cast<size_t>(unit)) - module.popped_count();
  std::string text = fmt::format("{}: ", isa::unit_name(unit));
  if (const std::optional<uint32_t> index = module.at_work()) {
    text += fmt::format("{} waits for {}", instruction_text(run, *index),
                        unit == Unit::kArray ? "a weight tile that no load_weights provides"
                                             : "the shadow weights, whose tile no matmul takes");
  } else if (queued > 0) {
    const uint32_t head = accelerator.queue(unit).slot(module.popped_count());
    text += fmt::format("{} waits for a token of {}, which holds 0", instruction_text(run, head),
                        empty_semaphores(accelerator, unit, run.code[head].wait));
    --queued;
  } else {
    return text + "idle, its queue is empty";
  }
  return text + fmt::format("; {} more in its queue", queued);
}

}  // namespace

Error deadlock(const Accelerator& accelerator) {
  Error error = make_error(ErrorCode::kInvalid, "the program deadlocks: nothing completes after cycle {}",
                           last_completion(accelerator.run()));
  error.merge(Error(ErrorCode::kInvalid, "  " + dispatcher_line(accelerator)));
  for (const Unit unit : kAllUnits) error.merge(Error(ErrorCode::kInvalid, "  " + unit_line(accelerator, unit)));
  return error;
}

Status leftovers(const Accelerator& accelerator) {
  ErrorCollector errors;
  for (const Unit from : kAllUnits) {
    for (const Unit to : kAllUnits) {
      const uint64_t left = accelerator.tokens(from, to);
      if (left == 0) continue;
      errors.add(make_error(ErrorCode::kInvalid,
                            "the program ends with {} tokens left in semaphore {} -> {}; every signal needs its wait",
                            left, isa::unit_name(from), isa::unit_name(to)));
    }
  }
  if (accelerator.loaded_tiles() > 0) {
    errors.add(make_error(ErrorCode::kInvalid, "the program ends with a weight tile that no matmul took"));
  }
  return std::move(errors).status();
}

}  // namespace atl::simulator
