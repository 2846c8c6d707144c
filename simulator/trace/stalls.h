// Why a unit stood still.
#pragma once

#include <string>
#include <vector>

#include "simulator/trace/tokens.h"
#include "simulator/trace/traced_run.h"

namespace atl::simulator {

inline bool is_stall(isa::timing::Activity activity) {
  using isa::timing::Activity;
  return activity == Activity::kWaitSemaphore || activity == Activity::kWaitWeights ||
         activity == Activity::kWaitSram || activity == Activity::kWaitLink;
}

// Explains the stalls of one segment.
class StallCauses {
 public:
  explicit StallCauses(const TracedSegment& segment)
      : segment_(segment), sources_(token_sources(segment.program.main)) {}

  // A sentence about a span of `unit` that is a stall; for semaphores, whose tokens are missing as the span begins:
  // "array #12 (CONV_2D #3 'name')".
  std::string cause(isa::Unit unit, const isa::timing::ActivitySpan& span) const;

 private:
  const TracedSegment& segment_;
  std::vector<TokenSources> sources_;
};

}  // namespace atl::simulator
