// The off-chip link: which DMA engine it serves.
#pragma once

#include <systemc>

#include "simulator/sysc/clock.h"

namespace atl::simulator {

// What an engine wants of the link in a cycle.
enum LinkRequest : int { kNoRequest = 0, kStartBurst, kInsideBurst };

// The engines by number; kNobody in a cycle in which none uses the link.
enum LinkUser : int { kNobody = -1, kLoader = 0, kStorer = 1 };

// Grants the link for the cycle: to the engine inside a burst; if there is none, to the one that wants to start one; if
// both do, to the one that was not served last.
class LinkArbiter : public sc_core::sc_module {
 public:
  sc_core::sc_vector<sc_core::sc_in<LinkRequest>> request{"request", 2};
  sc_core::sc_out<int> grant{"grant"};

  SC_HAS_PROCESS(LinkArbiter);
  LinkArbiter(const sc_core::sc_module_name& name, const Clock& clock);

 private:
  void on_edge();  // notes whom the cycle that just ended served
  void arbitrate();
  int winner() const;

  int granted_ = kNobody;
  sc_core::sc_signal<int> served_last_{"served_last", kStorer};
};

}  // namespace atl::simulator
