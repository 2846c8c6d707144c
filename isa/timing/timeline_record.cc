#include "isa/timing/timeline_record.h"

namespace atl::isa::timing {

std::string_view activity_name(Activity activity) {
  constexpr std::array<std::string_view, kActivities> kNames = {
      "busy", "decode", "wait_semaphore", "wait_weights", "wait_sram", "wait_link", "idle"};
  return kNames.at(static_cast<size_t>(activity));
}

}  // namespace atl::isa::timing
