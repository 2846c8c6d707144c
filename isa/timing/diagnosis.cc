// What the engine says when a program gets stuck or leaves something behind.
#include <algorithm>

#include "isa/timing/engine.h"

namespace atl::isa::timing {
namespace {

constexpr std::array kAllUnits = {Unit::kDmaLoad, Unit::kDmaStore, Unit::kWeights,
                                  Unit::kArray,   Unit::kOutput,   Unit::kVector};

}  // namespace

// The semaphores that an instruction at the head of its queue finds without a token.
std::string Engine::waits_for(uint32_t instruction, Unit unit) const {
  std::string missing;
  for (const Unit from : kAllUnits) {
    if (!(code_[instruction].wait & unit_bit(from)) || semaphore(from, unit).next() != kNever) continue;
    missing += fmt::format("{}{} -> {}", missing.empty() ? "" : ", ", unit_name(from), unit_name(unit));
  }
  return missing;
}

std::string Engine::unit_diagnosis(Unit unit) const {
  const UnitState& u = state(unit);
  std::string text = fmt::format("{}: ", unit_name(unit));
  if (u.at_work) {
    const std::string_view what = unit == Unit::kArray ? "a weight tile that no load_weights provides"
                                                       : "the shadow weights, whose tile no matmul takes";
    text += fmt::format("instruction {} ({}) waits for {}", u.current(), mnemonic_of(operation(u.current())), what);
  } else if (u.waits()) {
    text += fmt::format("instruction {} ({}) waits for a token of {}, which holds 0", u.head(),
                        mnemonic_of(operation(u.head())), waits_for(u.head(), unit));
  } else {
    return text + "idle, its queue is empty";
  }
  const size_t behind = u.queue.size() - u.decoded - (u.at_work ? 0 : 1);
  return text + fmt::format("; {} more in its queue", behind);
}

std::string Engine::dispatch_diagnosis() const {
  if (halted_) return "dispatch: done";
  const Operation& next = code_[next_instruction_].operation;
  const std::string_view why = std::holds_alternative<Barrier>(next) ? "waits until everything before it is complete"
                                                                     : "waits for room in its unit's queue";
  return fmt::format("dispatch: instruction {} ({}) {}", next_instruction_, mnemonic_of(next), why);
}

Error Engine::deadlock() const {
  Error error =
      make_error(ErrorCode::kInvalid, "the program deadlocks: nothing completes after cycle {}", last_completion_);
  error.merge(Error(ErrorCode::kInvalid, "  " + dispatch_diagnosis()));
  for (const Unit unit : kAllUnits) error.merge(Error(ErrorCode::kInvalid, "  " + unit_diagnosis(unit)));
  return error;
}

Status Engine::leftovers() const {
  ErrorCollector errors;
  for (const Unit from : kAllUnits) {
    for (const Unit to : kAllUnits) {
      const Semaphore& tokens = semaphore(from, to);
      const size_t left = tokens.visible.size() - tokens.taken;
      if (left == 0) continue;
      errors.add(make_error(ErrorCode::kInvalid,
                            "the program ends with {} tokens left in semaphore {} -> {}; every signal needs its wait",
                            left, unit_name(from), unit_name(to)));
    }
  }
  if (shadow_taken_) {
    errors.add(make_error(ErrorCode::kInvalid, "the program ends with a weight tile that no matmul took"));
  }
  return std::move(errors).status();
}

}  // namespace atl::isa::timing
