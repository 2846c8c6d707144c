// Watches a run from outside: ends it when everything is complete or nothing can move any more. Not part of the
// hardware.
#pragma once

#include <array>
#include <systemc>

#include "simulator/sysc/clock.h"
#include "simulator/sysc/dispatcher.h"
#include "simulator/sysc/unit_module.h"

namespace atl::simulator {

enum class Outcome { kRunning, kComplete, kDeadlock, kTooManyTokens };

class Monitor : public sc_core::sc_module {
 public:
  using Units = std::array<UnitModule*, isa::kUnits>;

  sc_core::sc_in<bool> ended{"ended"};
  sc_core::sc_vector<sc_core::sc_in<bool>> quiet{"quiet", isa::kUnits + 1};  // of the units and of the dispatcher
  sc_core::sc_vector<sc_core::sc_in<uint64_t>> completed{"completed", isa::kUnits};
  sc_core::sc_vector<sc_core::sc_in<TokenCounts>> tokens{"tokens", isa::kUnits};  // by signalling unit

  SC_HAS_PROCESS(Monitor);
  Monitor(const sc_core::sc_module_name& name, Clock& clock, const Units& units, const Dispatcher& dispatcher);

  Outcome outcome() const { return outcome_; }

 private:
  void watch_progress();
  void watch_tokens();
  bool all_complete() const;
  bool all_quiet() const;
  void end(Outcome outcome);

  Clock& clock_;
  const Units& units_;
  const Dispatcher& dispatcher_;
  Outcome outcome_ = Outcome::kRunning;
};

}  // namespace atl::simulator
