// Random programs on random machines, through the clocked model and the fast way: the same bytes everywhere, the same
// cycles.
#include <catch2/catch.hpp>

#include "simulator/simulator.h"
#include "tests/simulator/agreement.h"
#include "tests/support/random_program.h"

using namespace atl;
using simulator::Fidelity;
using simulator::Simulator;

namespace {

// require() would make millions of assertions out of bytes that are nearly always equal.
bool same(std::span<const uint8_t> a, std::span<const uint8_t> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

void require_same_state(const simulator::MachineState& a, const simulator::MachineState& b) {
  REQUIRE(same(a.offchip.all(), b.offchip.all()));
  for (size_t tile = 0; tile < a.tiles.size(); ++tile) {
    REQUIRE(same(a.tiles[tile].sram.all(), b.tiles[tile].sram.all()));
    REQUIRE(same(a.tiles[tile].accumulators.all(), b.tiles[tile].accumulators.all()));
  }
}

// Two runs, the second one warm, in either fidelity.
void compare(test::Draw& draw, const isa::Machine& machine, const isa::Program& program) {
  Result<Simulator> fast = Simulator::create(program, machine), clocked = Simulator::create(program, machine);
  Result<Simulator> registers = Simulator::create(program, machine);
  INFO((fast.ok() ? "" : fast.error().text()));
  REQUIRE(fast.ok());
  for (int run = 0; run < 2; ++run) {
    const std::vector<Bytes> inputs = test::random_inputs(draw, program);
    const auto a = fast->run(inputs, {.fidelity = Fidelity::kFast, .capture_materialized = true});
    const auto b = clocked->run(inputs, {.fidelity = Fidelity::kCycle, .capture_materialized = true});
    const auto c = registers->run(inputs, {.fidelity = Fidelity::kPe, .capture_materialized = true});
    INFO((a.ok() ? "" : a.error().text()) << (c.ok() ? "" : c.error().text()));
    REQUIRE(a.ok());
    REQUIRE(b.ok());
    REQUIRE(a->outputs == b->outputs);
    REQUIRE(a->captured == b->captured);
    REQUIRE(a->preload_cycles == b->preload_cycles);
    require_same_state(*fast->state(), *clocked->state());
    simulator::require_same(b->timeline, a->timeline);
    REQUIRE(c.ok());
    simulator::require_same(c->timeline, a->timeline);
    REQUIRE(a->outputs == c->outputs);
    REQUIRE(a->captured == c->captured);
    REQUIRE(a->preload_cycles == c->preload_cycles);
    require_same_state(*fast->state(), *registers->state());
  }
}

}  // namespace

TEST_CASE("both fidelities agree on random programs, one tile") {
  for (uint32_t seed = 0; seed < 1000; ++seed) {
    INFO("seed " << seed);
    test::Draw draw(seed);
    const isa::Machine machine = test::random_machine(draw, false);
    compare(draw, machine, test::random_program(draw, machine, static_cast<int>(draw.between(2, 60))));
  }
}

TEST_CASE("both fidelities agree on random programs, several tiles") {
  for (uint32_t seed = 0; seed < 300; ++seed) {
    INFO("seed " << seed);
    test::Draw draw(seed + 1'000'000);
    const isa::Machine machine = test::random_machine(draw, true);
    compare(draw, machine, test::random_program(draw, machine, static_cast<int>(draw.between(2, 60))));
  }
}
