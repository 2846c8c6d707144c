#include "simulator/sysc/monitor.h"

#include <algorithm>

namespace atl::simulator {

// Both processes follow what the modules wrote at an edge, so they run within the cycle that it began. Complete at the
// edge into cycle c means that cycles 0 .. c - 1 were needed; quiet in cycle c means that all later cycles would be the
// same.
Monitor::Monitor(const sc_core::sc_module_name& name, Clock& clock, const Units& units, const Dispatcher& dispatcher)
    : sc_module(name), clock_(clock), units_(units), dispatcher_(dispatcher) {
  SC_METHOD(watch_progress);
  sensitive << ended;
  for (auto& unit_quiet : quiet) sensitive << unit_quiet;
  for (auto& count : completed) sensitive << count;
  dont_initialize();
  SC_METHOD(watch_tokens);
  for (auto& counts : tokens) sensitive << counts;
  dont_initialize();
}

void Monitor::watch_progress() {
  if (all_complete()) {
    end(Outcome::kComplete);
  } else if (all_quiet()) {
    end(Outcome::kDeadlock);
  }
}

bool Monitor::all_complete() const {
  if (!ended.read()) return false;
  for (size_t unit = 0; unit < isa::kUnits; ++unit) {
    if (completed[unit].read() != dispatcher_.pushed_count(unit)) return false;
  }
  return true;
}

bool Monitor::all_quiet() const {
  return std::all_of(quiet.begin(), quiet.end(), [](const auto& module_quiet) { return module_quiet.read(); });
}

void Monitor::watch_tokens() {
  for (size_t from = 0; from < isa::kUnits; ++from) {
    const TokenCounts& given = tokens[from].read();
    for (size_t to = 0; to < isa::kUnits; ++to) {
      const uint64_t held = given.to[to] - units_[to]->tokens_taken(from);
      if (held > static_cast<uint64_t>(isa::timing::kMaxTokens)) end(Outcome::kTooManyTokens);
    }
  }
}

void Monitor::end(Outcome outcome) {
  if (outcome_ == Outcome::kRunning) outcome_ = outcome;
  clock_.stop();
}

}  // namespace atl::simulator
