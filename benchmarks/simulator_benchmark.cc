// The simulator on MobileNet v2 (224): values alone, time alone, and both, in both fidelities.
#include <benchmark/benchmark.h>

#include "benchmarks/models/compiled.h"
#include "simulator/simulator.h"

namespace atl::benchmarks {
namespace {

std::vector<Bytes> inputs_of(const isa::Program& program) {
  kernels::SplitMix64 draw(1);
  std::vector<Bytes> inputs;
  for (const isa::Binding& binding : program.inputs) {
    Bytes& bytes = inputs.emplace_back(binding.bytes);
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(draw() >> 56);
  }
  return inputs;
}

// Runs on a machine that is warm. The rate is simulated cycles a second where a clock runs, else the model's
// multiply-accumulates.
void simulate(benchmark::State& state, const std::string& machine, const simulator::Options& options) {
  const CompiledMobilenet& model = compiled_mobilenet(machine);
  auto simulator = simulator::Simulator::create(model.program(), model.machine);
  ATOLL_CHECK(simulator.ok(), "{}", simulator.error().text());
  const std::vector<Bytes> inputs = options.timing_only ? std::vector<Bytes>() : inputs_of(model.program());
  int64_t cycles = 0;
  const auto run = [&] {
    const auto result = simulator->run(inputs, options);
    ATOLL_CHECK(result.ok(), "{}", result.error().text());
    cycles = result->timeline.cycles;
  };
  run();
  for (auto _ : state) run();
  const auto rate = benchmark::Counter::kIsIterationInvariantRate;
  if (options.fidelity == simulator::Fidelity::kCycle) {
    state.counters["cycles"] = benchmark::Counter(static_cast<double>(cycles), rate);
    return;
  }
  uint64_t macs = 0;
  for (const isa::DebugOp& op : model.program().debug_ops) macs += op.macs;
  state.counters["macs"] = benchmark::Counter(static_cast<double>(macs), rate);
}

// Fast fidelity knows the timing after the first run: what is left is the work on values.
constexpr simulator::Options kValues{simulator::Fidelity::kFast, false, false, false};
constexpr simulator::Options kClockAlone{simulator::Fidelity::kCycle, false, true, false};
constexpr simulator::Options kClocked{simulator::Fidelity::kCycle, false, false, true};

BENCHMARK_CAPTURE(simulate, edge_values, "edge", kValues)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(simulate, edge_clock, "edge", kClockAlone)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(simulate, edge_clock_and_values, "edge", kClocked)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(simulate, mcu_values, "mcu", kValues)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(simulate, mcu_clock_and_values, "mcu", kClocked)->Unit(benchmark::kMillisecond);

// From a program's bytes to the first outputs: checks, memory, preload, timeline and races included.
void first_run(benchmark::State& state) {
  const CompiledMobilenet& model = compiled_mobilenet("edge");
  const std::vector<uint8_t> bytes = isa::encode(model.program());
  const std::vector<Bytes> inputs = inputs_of(model.program());
  for (auto _ : state) {
    auto program = isa::decode_program(bytes);
    ATOLL_CHECK(program.ok());
    auto simulator = simulator::Simulator::create(std::move(*program), model.machine);
    ATOLL_CHECK(simulator.ok(), "{}", simulator.error().text());
    const auto result = simulator->run(inputs);
    ATOLL_CHECK(result.ok(), "{}", result.error().text());
  }
}
BENCHMARK(first_run)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace atl::benchmarks

BENCHMARK_MAIN();
