#include "simulator/statistics.h"

#include <array>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "simulator/simulator.h"
#include "simulator/statistics_json.h"
#include "tests/simulator/small_machine.h"
#include "tests/support/random_program.h"

using namespace atl;
using namespace atl::simulator;

namespace {

// A load, an addition and a store, of two ops: the load serves none.
isa::Program two_op_program(const isa::Machine& machine) {
  isa::Program program = small_program(machine);
  program.lane_programs = {{{{isa::LaneOp::kAdd, 0, 0, isa::kImmediate, 0, 1}}, {}}};
  program.main = {{load(0, 100, 16), 0, kToVector},
                  {elementwise(0, 100, 200, 16), kFromLoad, kToStore},
                  {store(200, 16, 16), kFromVector, 0},
                  {isa::Halt{}}};
  program.debug_ops = {{0, "ADD #0 'a'", 100, 5, 4, 16}, {3, "COPY #3 'b'", 20, 0, 9, 17}};
  program.debug_of_instruction = {-1, 0, 1, -1};
  return program;
}

}  // namespace

TEST_CASE("lower bounds: what array and vector unit can share is split as best") {
  const isa::Machine machine = small_machine();
  isa::DebugOp dense, either, lanes;
  dense.array_cycles = 100;
  either.on_array_cycles = 60;
  either.on_vector_cycles = 30;
  // Alone: a third on the array takes 20 cycles, two thirds on the lanes too.
  CHECK(lower_bounds(std::array{either}, machine).resource == 20);
  CHECK(lower_bounds(std::array{either}, machine).layered == 20);
  // With 100 cycles of array work all of it is best on the lanes.
  CHECK(lower_bounds(std::array{dense, either}, machine).resource == 100);
  CHECK(lower_bounds(std::array{dense, either}, machine).layered == 120);
  // 100 and 190: the lanes have 30 more than the array can take over, 2 cycles there for one here.
  lanes.vector_cycles = 130;
  either.on_vector_cycles = 60;
  either.on_array_cycles = 120;
  CHECK(lower_bounds(std::array{dense, either, lanes}, machine).resource == 160);
  // Of two, the one that costs less on the array goes there first.
  isa::DebugOp cheap;
  cheap.on_array_cycles = cheap.on_vector_cycles = 60;
  CHECK(lower_bounds(std::array{either, cheap}, machine).resource == 60);
  isa::DebugOp offchip;
  offchip.offchip_bytes = 1000;
  CHECK(lower_bounds(std::array{dense, offchip}, machine).resource ==
        std::max<int64_t>(100, 1000 / machine.offchip_bytes_per_cycle));
}

TEST_CASE("statistics of a run by hand") {
  isa::Machine machine = small_machine();
  machine.link_bytes_per_second = 1e6;
  machine.link_fixed_seconds = 0.25;
  const isa::Program program = two_op_program(machine);
  Result<Simulator> simulator = Simulator::create(program, machine);
  REQUIRE(simulator.ok());
  const Result<Run> run = simulator->run({}, {.timing_only = true});
  REQUIRE(run.ok());
  Statistics statistics = make_statistics(program, machine, run->timeline, 7);
  CHECK(statistics.machine == "small");
  CHECK(statistics.cycles == 50);
  CHECK(statistics.cold_cycles == 57);
  CHECK(statistics.macs == 120);
  CHECK(statistics.utilization == Approx(120.0 / (50 * 16)));
  // Ops: max(5, 4, 8) and max(0, 9, 9); together: max(5, 13, ceil(33 / 2)).
  CHECK(statistics.bounds.layered == 17);
  CHECK(statistics.bounds.resource == 17);
  CHECK(statistics.link_seconds == Approx(0.25 + 32e-6));
  CHECK(statistics.latency_seconds == Approx(0.25 + 32e-6 + 50e-8));
  statistics.host_seconds = 1;
  statistics.update_latency();
  CHECK(statistics.latency_seconds == Approx(1.25 + 32e-6 + 50e-8));
  CHECK(statistics.throughput_per_second == Approx(1 / statistics.latency_seconds));
  REQUIRE(statistics.layers.size() == 2);
  CHECK(statistics.layers[0].label == "ADD #0 'a'");
  CHECK(statistics.layers[0].start == 21);
  CHECK(statistics.layers[0].end == 30);
  CHECK(statistics.layers[0].work_cycles[size_t(isa::Unit::kVector)] == 4);
  CHECK(statistics.layers[0].lower_bound == 8);
  // The vector unit waits for the load in cycles 2 .. 20, decodes in 21 and works in 22 .. 25.
  const auto& vector = statistics.layers[0].units[size_t(isa::Unit::kVector)];
  CHECK(vector == isa::timing::UnitStatistics{{4, 1, 19, 0, 0, 0, 0}});
  CHECK(statistics.outside_layers[size_t(isa::Unit::kVector)] ==
        isa::timing::UnitStatistics{{0, 0, 0, 0, 0, 0, 50 - 24}});
  // The load serves no op.
  CHECK(statistics.outside_layers[size_t(isa::Unit::kDmaLoad)] ==
        isa::timing::UnitStatistics{{8, 1, 0, 0, 0, 0, 50 - 9}});
  CHECK(statistics.layers[1].op == 3);
  CHECK(statistics.layers[1].offchip_written_bytes == 16);
  CHECK(statistics.layers[1].offchip_read_bytes == 0);
}

TEST_CASE("statistics as JSON") {
  const isa::Machine machine = small_machine();
  const isa::Program program = two_op_program(machine);
  Result<Simulator> simulator = Simulator::create(program, machine);
  REQUIRE(simulator.ok());
  const Result<Run> run = simulator->run({}, {.timing_only = true});
  REQUIRE(run.ok());
  const std::string text = statistics_json(make_statistics(program, machine, run->timeline, 0));
  CHECK(text.back() == '\n');
  const auto json = nlohmann::json::parse(text);
  for (const char* key : {"machine", "clock_hz", "cycles", "cold_cycles", "link_seconds", "host_seconds",
                          "latency_seconds", "throughput_per_second", "macs", "utilization", "bounds", "offchip_bytes",
                          "sram_peak_bytes", "units", "layers"}) {
    INFO(key);
    CHECK(json.contains(key));
  }
  for (const auto& [unit, activities] : json["units"].items()) {
    INFO(unit);
    int64_t sum = 0;
    for (const auto& cycles : activities) sum += cycles.get<int64_t>();
    CHECK(sum == 50);
    for (const auto& [activity, cycles] : activities.items()) {
      int64_t parts = json["outside_layers"][unit][activity].get<int64_t>();
      for (const auto& layer : json["layers"]) parts += layer["units"][unit].value(activity, int64_t{0});
      CHECK(parts == cycles.get<int64_t>());
    }
  }
  CHECK(json["units"].size() == 6);
  CHECK(json["units"]["vector"]["busy"] == 4);
  CHECK(json["units"]["vector"]["decode"] == 1);
  CHECK(json["layers"][1]["offchip_bytes"]["written"] == 16);
  CHECK(json["link_seconds"] == 0.0);
}

TEST_CASE("layers of random programs hold all instructions with an op") {
  for (uint32_t seed = 0; seed < 50; ++seed) {
    test::Draw draw(seed);
    const isa::Machine machine = test::random_machine(draw, false);
    const isa::Program program = test::random_program(draw, machine, 30);
    Result<Simulator> simulator = Simulator::create(program, machine);
    REQUIRE(simulator.ok());
    const Result<Run> run = simulator->run({}, {.timing_only = true});
    REQUIRE(run.ok());
    const Statistics statistics = make_statistics(program, machine, run->timeline, 0);
    uint64_t expected = 0, found = 0;
    for (size_t i = 0; i < program.main.size(); ++i) {
      const bool unit_runs_it = isa::unit_of(program.main[i].operation) != isa::Unit::kControl;
      expected += program.debug_of_instruction[i] >= 0 && unit_runs_it;
    }
    for (const LayerStatistics& layer : statistics.layers) {
      found += layer.instructions;
      CHECK(layer.end <= statistics.cycles);
      CHECK(layer.start <= layer.end);
    }
    CHECK(found == expected);
    for (size_t unit = 0; unit < isa::kUnits; ++unit) {
      isa::timing::UnitStatistics sum = statistics.outside_layers[unit];
      for (const LayerStatistics& layer : statistics.layers) {
        add_cycles(sum, layer.units[unit]);
        CHECK(layer.units[unit].cycles[size_t(isa::timing::Activity::kIdle)] == 0);
        CHECK(layer.units[unit].cycles[size_t(isa::timing::Activity::kBusy)] <= layer.work_cycles[unit]);
      }
      CHECK(sum == statistics.units[unit]);
    }
  }
}
