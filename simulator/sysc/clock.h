// The machine's clock.
#pragma once

#include <cstdint>
#include <systemc>

namespace atl::simulator {

// Raises its edge at the beginning of every cycle 0, 1, 2, ... until stopped. A module's clocked process runs at the
// edge into cycle t: it sees what others wrote at the edges before, settles what its unit did in cycle t - 1 and
// decides on cycle t. (sc_clock would also toggle a signal twice a cycle, which nothing here looks at.)
class Clock : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(Clock);
  explicit Clock(const sc_core::sc_module_name& name) : sc_module(name) { SC_METHOD(tick); }

  const sc_core::sc_event& edge() const { return edge_; }
  int64_t cycle() const { return cycle_; }  // that the last edge began
  void stop() { stopped_ = true; }          // no edge follows; what the last one caused still settles
  bool stopped() const { return stopped_; }

 private:
  void tick() {
    if (stopped_) return;
    ++cycle_;
    edge_.notify();
    next_trigger(1, sc_core::SC_PS);
  }

  sc_core::sc_event edge_;
  int64_t cycle_ = -1;
  bool stopped_ = false;
};

}  // namespace atl::simulator
