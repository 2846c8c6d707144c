#include "simulator/sysc/link_arbiter.h"

namespace atl::simulator {

LinkArbiter::LinkArbiter(const sc_core::sc_module_name& name, const Clock& clock) : sc_module(name) {
  SC_METHOD(on_edge);
  sensitive << clock.edge();
  dont_initialize();
  SC_METHOD(arbitrate);
  sensitive << request[kLoader] << request[kStorer] << served_last_;
}

void LinkArbiter::on_edge() {
  if (granted_ != kNobody) served_last_.write(granted_);
}

void LinkArbiter::arbitrate() {
  granted_ = winner();
  grant.write(granted_);
}

int LinkArbiter::winner() const {
  const LinkRequest load = request[kLoader].read(), store = request[kStorer].read();
  if (load == kInsideBurst) return kLoader;
  if (store == kInsideBurst) return kStorer;
  if (load == kNoRequest) return store == kNoRequest ? kNobody : kStorer;
  if (store == kNoRequest) return kLoader;
  return served_last_.read() == kLoader ? kStorer : kLoader;
}

}  // namespace atl::simulator
