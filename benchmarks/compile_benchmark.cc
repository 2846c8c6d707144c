// The compiler on MobileNet v2 (224), and what stands before and after it: reading and writing the model, encoding the
// program.
#include <benchmark/benchmark.h>

#include "benchmarks/models/compiled.h"
#include "common/tflite/reader.h"
#include "common/tflite/writer.h"

namespace atl::benchmarks {
namespace {

void compile(benchmark::State& state, const std::string& machine_name, Precision precision) {
  const auto machine = isa::load_machine(machine_name);
  ATOLL_CHECK(machine.ok());
  const graph::Model model = make_mobilenet_v2(precision);
  for (auto _ : state) {
    const auto compiled = compiler::compile(model, *machine, {});
    ATOLL_CHECK(compiled.ok(), "{}", compiled.error().text());
  }
}
BENCHMARK_CAPTURE(compile, edge_int8, "edge", Precision::kInt8)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(compile, edge_uint8, "edge", Precision::kUint8)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(compile, mcu_int8, "mcu", Precision::kInt8)->Unit(benchmark::kMillisecond);

void set_bytes(benchmark::State& state, size_t bytes) {
  state.SetBytesProcessed(static_cast<int64_t>(bytes) * static_cast<int64_t>(state.iterations()));
}

void write_model(benchmark::State& state) {
  const graph::Model model = make_mobilenet_v2(Precision::kInt8);
  size_t bytes = 0;
  for (auto _ : state) bytes = tflite::write_model(model).size();
  set_bytes(state, bytes);
}
BENCHMARK(write_model)->Unit(benchmark::kMillisecond);

void read_model(benchmark::State& state) {
  const Bytes file = tflite::write_model(make_mobilenet_v2(Precision::kInt8));
  for (auto _ : state) {
    const auto model = tflite::read_model(file);
    ATOLL_CHECK(model.ok(), "{}", model.error().text());
  }
  set_bytes(state, file.size());
}
BENCHMARK(read_model)->Unit(benchmark::kMillisecond);

void encode_program(benchmark::State& state) {
  const isa::Program& program = compiled_mobilenet("edge").program();
  size_t bytes = 0;
  for (auto _ : state) bytes = isa::encode(program).size();
  set_bytes(state, bytes);
}
BENCHMARK(encode_program)->Unit(benchmark::kMillisecond);

void decode_program(benchmark::State& state) {
  const std::vector<uint8_t> bytes = isa::encode(compiled_mobilenet("edge").program());
  for (auto _ : state) {
    const auto program = isa::decode_program(bytes);
    ATOLL_CHECK(program.ok(), "{}", program.error().text());
  }
  set_bytes(state, bytes.size());
}
BENCHMARK(decode_program)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace atl::benchmarks

BENCHMARK_MAIN();
