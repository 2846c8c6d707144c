#include "isa/timing/timeline.h"

#include "isa/timing/engine.h"

namespace atl::isa::timing {

Result<Timeline> simulate_timeline(const Code& code, const std::vector<LaneProgram>& lane_programs,
                                   const Machine& machine) {
  return Engine(code, lane_programs, machine).run();
}

}  // namespace atl::isa::timing
