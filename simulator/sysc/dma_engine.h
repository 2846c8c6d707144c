// The DMA engines, load and store: a phase is a burst on the off-chip link.
#pragma once

#include "simulator/sysc/link_arbiter.h"
#include "simulator/sysc/unit_module.h"

namespace atl::simulator {

class DmaEngine : public UnitModule {
 public:
  sc_core::sc_out<LinkRequest> link_request{"link_request"};
  sc_core::sc_in<int> link_grant{"link_grant"};

  SC_HAS_PROCESS(DmaEngine);
  // `user` is kLoader or kStorer.
  DmaEngine(const sc_core::sc_module_name& name, LinkUser user, const Clock& clock, const InstructionQueue& queue,
            RunState& run);

 private:
  void phase_started(uint32_t, bool) override { new_burst_ = true; }
  void decoded(uint32_t index) override;
  Activity waiting_for() const override { return Activity::kWaitLink; }
  bool served() const override { return link_grant.read() == user_; }
  void drive(bool working, int64_t sram_bytes) override;
  void drive_sram_when_served();

  const int user_;
  bool new_burst_ = false;     // the cycle that begins is the first in which the burst could have the link
  bool inside_burst_ = false;  // the burst has had the link for a cycle
  sc_core::sc_signal<int64_t> wanted_{"wanted"};  // bytes of SRAM, once the link is granted
};

}  // namespace atl::simulator
