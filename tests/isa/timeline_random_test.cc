// The engine against the cycle-by-cycle reference, on random programs.
#include <catch2/catch.hpp>

#include "isa/timing/timeline.h"
#include "tests/isa/random_programs.h"
#include "tests/isa/reference_timeline.h"

using namespace atl;
using namespace atl::isa;
using namespace atl::isa::timing;

namespace {

struct Tally {
  int done = 0, deadlocks = 0, leftovers = 0;
  std::array<std::array<int64_t, kActivities>, kUnits> cycles{};
};

void compare(uint32_t seed, bool mistakes, Tally& tally) {
  RandomPrograms random(seed);
  const Machine machine = random.machine();
  const auto lanes = random.lane_programs();
  const Code code = random.code(machine, random.pick(2, 40), mistakes);
  reference::Reference expected(code, lanes, machine);
  const reference::Outcome outcome = expected.run();
  const auto timeline = simulate_timeline(code, lanes, machine);
  INFO("seed " << seed);
  if (outcome != reference::Outcome::kDone) {
    REQUIRE(!timeline.ok());
    const bool deadlock = outcome == reference::Outcome::kDeadlock;
    REQUIRE(timeline.error().text().starts_with(deadlock ? "the program deadlocks" : "the program ends with"));
    ++(deadlock ? tally.deadlocks : tally.leftovers);
    return;
  }
  INFO((timeline.ok() ? std::string() : timeline.error().text()));
  REQUIRE(timeline.ok());
  ++tally.done;
  REQUIRE(timeline->cycles == expected.timeline.cycles);
  REQUIRE(timeline->instructions == expected.timeline.instructions);
  REQUIRE(timeline->units == expected.timeline.units);
  for (size_t u = 0; u < kUnits; ++u) {
    int64_t sum = 0;
    for (size_t a = 0; a < kActivities; ++a) {
      sum += timeline->units[u].cycles[a];
      tally.cycles[u][a] += timeline->units[u].cycles[a];
    }
    REQUIRE(sum == timeline->cycles);
  }
}

}  // namespace

TEST_CASE("the engine equals the reference on random programs") {
  Tally tally;
  for (uint32_t seed = 0; seed < 20000; ++seed) compare(seed, seed % 4 == 0, tally);
  CHECK(tally.done > 10000);
  CHECK(tally.deadlocks > 500);
  CHECK(tally.leftovers > 500);
  for (size_t u = 0; u < kUnits; ++u) {
    for (size_t a = 0; a < kActivities; ++a) {
      const auto unit = static_cast<Unit>(u);
      const auto activity = static_cast<Activity>(a);
      const bool dma = unit == Unit::kDmaLoad || unit == Unit::kDmaStore;
      const bool weights = unit == Unit::kWeights || unit == Unit::kArray;
      // The link serves one DMA engine at a time, and both stand before all others at the SRAM.
      const bool possible = (activity != Activity::kWaitLink || dma) &&
                            (activity != Activity::kWaitWeights || weights) &&
                            (activity != Activity::kWaitSram || !dma);
      INFO(unit_name(unit) << " " << activity_name(activity));
      CHECK((tally.cycles[u][a] > 100) == possible);
    }
  }
}
