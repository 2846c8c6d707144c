// The clocked SystemC model and the event-driven timeline engine on random code of every kind of waiting: the same
// cycles, activities, times of every instruction, and the same words about code that gets stuck.
#include "tests/isa/random_programs.h"
#include "tests/simulator/agreement.h"

using namespace atl;

TEST_CASE("clocked model and timeline engine agree on random code") {
  int runs = 0;
  constexpr uint32_t kPrograms = 3000;
  for (uint32_t seed = 0; seed < kPrograms; ++seed) {
    INFO("seed " << seed);
    isa::RandomPrograms random(seed);
    const isa::Machine machine = random.machine();
    const std::vector<isa::LaneProgram> lane_programs = random.lane_programs();
    runs += simulator::agree(random.code(machine, random.pick(2, 40), false), lane_programs, machine);
  }
  CHECK(runs > 1000);
}

TEST_CASE("clocked model and timeline engine agree on code with a semaphore mistake") {
  int errors = 0;
  constexpr uint32_t kPrograms = 1000;
  for (uint32_t seed = 0; seed < kPrograms; ++seed) {
    INFO("seed " << seed);
    isa::RandomPrograms random(seed + 1'000'000);
    const isa::Machine machine = random.machine();
    const std::vector<isa::LaneProgram> lane_programs = random.lane_programs();
    errors += !simulator::agree(random.code(machine, random.pick(2, 30), true), lane_programs, machine);
  }
  CHECK(errors > 100);
}
