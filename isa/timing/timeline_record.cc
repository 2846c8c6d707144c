#include "isa/timing/timeline_record.h"

#include <numeric>

#include "common/base/check.h"

namespace atl::isa::timing {

std::string_view activity_name(Activity activity) {
  constexpr std::array<std::string_view, kActivities> kNames = {
      "busy", "decode", "wait_semaphore", "wait_weights", "wait_sram", "wait_link", "idle"};
  return kNames.at(static_cast<size_t>(activity));
}

namespace {

// What the spans amount to.
UnitStatistics sum_of_spans(const ActivityLog& log, const Timeline& timeline) {
  UnitStatistics sum;
  int64_t at = 0;
  for (size_t i = 0; i < log.spans().size(); ++i) {
    const ActivitySpan& span = log.spans()[i];
    const int64_t end = log.end(i, timeline.cycles);
    ATOLL_CHECK(span.begin == at && end > at, "a span of cycles {} .. {} after cycle {}", span.begin, end, at);
    const bool decodes = span.activity == Activity::kDecode;
    ATOLL_CHECK((span.instruction == kNoInstruction) == (span.activity == Activity::kIdle),
                "{} in cycle {} with instruction {}", activity_name(span.activity), at, span.instruction);
    ATOLL_CHECK(!decodes || timeline.instructions[span.instruction].started == at, "#{} decoded in cycle {}",
                span.instruction, at);
    sum.cycles[static_cast<size_t>(span.activity)] += end - span.begin;
    at = end;
  }
  ATOLL_CHECK(at == timeline.cycles, "spans of {} cycles in a run of {}", at, timeline.cycles);
  return sum;
}

}  // namespace

void check_accounting(const Timeline& timeline) {
  for (size_t unit = 0; unit < kUnits; ++unit) {
    const auto& cycles = timeline.units[unit].cycles;
    const int64_t sum = std::accumulate(cycles.begin(), cycles.end(), int64_t{0});
    ATOLL_CHECK(sum == timeline.cycles, "activities of {} cycles in a run of {}", sum, timeline.cycles);
    ATOLL_CHECK(sum_of_spans(timeline.activities[unit], timeline) == timeline.units[unit],
                "spans and statistics of {} differ", unit_name(Unit(unit)));
  }
}

std::vector<int64_t> ends_of_work(const Timeline& timeline) {
  std::vector<int64_t> ends(timeline.instructions.size(), -1);
  for (const ActivityLog& log : timeline.activities) {
    for (size_t i = 0; i < log.spans().size(); ++i) {
      const ActivitySpan& span = log.spans()[i];
      if (span.activity == Activity::kIdle || span.activity == Activity::kWaitSemaphore) continue;
      ends[span.instruction] = log.end(i, timeline.cycles);
    }
  }
  return ends;
}

}  // namespace atl::isa::timing
