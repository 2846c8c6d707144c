// A unit at register level: what the clocked model runs in place of its costs.
#pragma once

#include "simulator/pe/row_port.h"
#include "simulator/sysc/unit_work.h"

namespace atl::simulator::pe {

class Unit : public UnitWork {
 public:
  explicit Unit(const isa::Machine& machine) : port_(machine) {}
  int64_t demand() const override { return port_.demand(); }

 protected:
  RowPort port_;
};

}  // namespace atl::simulator::pe
