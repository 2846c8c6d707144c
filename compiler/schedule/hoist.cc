#include "compiler/schedule/hoist.h"

#include <algorithm>

#include "isa/footprint.h"

namespace atl::compiler {
namespace {

using Footprint = std::vector<isa::Access>;

bool any_conflict(const Footprint& a, const Footprint& b) {
  for (const isa::Access& x : a) {
    for (const isa::Access& y : b) {
      if (isa::conflicts(x, y)) return true;
    }
  }
  return false;
}

}  // namespace

void hoist_loads(std::vector<EmittedInstruction>& code, const std::vector<isa::LaneProgram>& lane_programs) {
  std::vector<Footprint> footprints;
  footprints.reserve(code.size());
  for (const EmittedInstruction& instruction : code) {
    footprints.push_back(isa::footprint(instruction.operation, lane_programs));
  }
  const auto is_load = [&](size_t i) { return std::holds_alternative<isa::DmaLoad>(code[i].operation); };
  for (size_t i = 1; i < code.size(); ++i) {
    if (!is_load(i)) continue;
    size_t to = i;
    while (to > 0 && i - to < kHoistDistance && !is_load(to - 1) && !any_conflict(footprints[to - 1], footprints[i]))
      --to;
    std::rotate(code.begin() + to, code.begin() + i, code.begin() + i + 1);
    std::rotate(footprints.begin() + to, footprints.begin() + i, footprints.begin() + i + 1);
  }
}

}  // namespace atl::compiler
