// The timeline engine on MobileNet v2 (224): how fast it gets through a program, in instructions and in simulated
// cycles a second. Its time does not depend on the cycles themselves, so the rate is higher on a slower machine.
#include <benchmark/benchmark.h>

#include "benchmarks/models/compiled.h"
#include "isa/timing/timeline.h"

namespace atl::benchmarks {
namespace {

void timeline(benchmark::State& state, const std::string& machine) {
  const CompiledMobilenet& model = compiled_mobilenet(machine);
  const isa::Program& program = model.program();
  int64_t cycles = 0;
  for (auto _ : state) {
    const auto result = isa::timing::simulate_timeline(program.main, program.lane_programs, model.machine);
    ATOLL_CHECK(result.ok(), "{}", result.error().text());
    cycles = result->cycles;
  }
  const auto rate = benchmark::Counter::kIsIterationInvariantRate;
  state.counters["instructions"] = benchmark::Counter(static_cast<double>(program.main.size()), rate);
  state.counters["cycles"] = benchmark::Counter(static_cast<double>(cycles), rate);
}

BENCHMARK_CAPTURE(timeline, edge, "edge")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(timeline, mcu, "mcu")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace atl::benchmarks

BENCHMARK_MAIN();
