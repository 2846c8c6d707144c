#include "simulator/trace/stalls.h"

#include "common/base/check.h"

namespace atl::simulator {

using isa::Unit;
using isa::timing::Activity;

std::string StallCauses::cause(Unit unit, const isa::timing::ActivitySpan& span) const {
  switch (span.activity) {
    case Activity::kWaitSram: return "the scratchpad's bandwidth is used up by units of higher priority";
    case Activity::kWaitLink:
      return fmt::format("the off-chip link serves {}",
                         isa::unit_name(unit == Unit::kDmaLoad ? Unit::kDmaStore : Unit::kDmaLoad));
    case Activity::kWaitWeights:
      return unit == Unit::kArray ? "weights has not loaded the next tile" : "array has not taken the tile before";
    default: break;
  }
  ATOLL_CHECK(span.activity == Activity::kWaitSemaphore, "{} is no stall", isa::timing::activity_name(span.activity));
  std::string text;
  for (size_t from = 0; from < isa::kUnits; ++from) {
    const uint32_t source = sources_[span.instruction][from];
    if (source == isa::timing::kNoInstruction) continue;
    if (segment_.timeline.instructions[source].completed + 1 <= span.begin) continue;
    const std::string_view op = op_of(segment_.program, source);
    text += fmt::format("{}{} #{}", text.empty() ? "" : ", ", isa::unit_name(Unit(from)), source);
    if (!op.empty()) text += fmt::format(" ({})", op);
  }
  return text;
}

}  // namespace atl::simulator
