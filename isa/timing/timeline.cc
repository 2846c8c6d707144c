#include "isa/timing/timeline.h"

#include "isa/timing/engine.h"

namespace atl::isa::timing {

std::string_view activity_name(Activity activity) {
  constexpr std::array<std::string_view, kActivities> kNames = {
      "busy", "decode", "wait_semaphore", "wait_weights", "wait_sram", "wait_link", "idle"};
  return kNames.at(static_cast<size_t>(activity));
}

Result<Timeline> simulate_timeline(const Code& code, const std::vector<LaneProgram>& lane_programs,
                                   const Machine& machine) {
  return Engine(code, lane_programs, machine).run();
}

}  // namespace atl::isa::timing
