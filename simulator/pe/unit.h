// A unit at register level: what the clocked model runs in place of its costs.
#pragma once

#include <optional>
#include <vector>

#include "common/base/check.h"
#include "simulator/pe/row_port.h"
#include "simulator/sysc/unit_work.h"

namespace atl::simulator::pe {

// What the tiles' parts of a unit say of instruction `index`, which they finish in step: the cycle in which its results
// are in place, taken from the front of their lists; nothing while it is under way.
template <typename Part>
std::optional<int64_t> take_finished(std::vector<Part>& parts, uint32_t index) {
  const auto& first = parts.front().finished();
  if (first.empty() || first.front().instruction != index) return std::nullopt;
  const int64_t cycle = first.front().cycle;
  for (Part& part : parts) {
    ATOLL_CHECK(!part.finished().empty() && part.finished().front().cycle == cycle, "tiles out of step");
    part.finished().pop_front();
  }
  return cycle;
}

class Unit : public UnitWork {
 public:
  explicit Unit(const isa::Machine& machine) : port_(machine) {}
  int64_t demand() const override { return port_.demand(); }

 protected:
  RowPort port_;
};

}  // namespace atl::simulator::pe
