#include "runtime/compiled_runner.h"

#include <catch2/catch.hpp>

#include "common/graph/verifier.h"
#include "common/kernels/random_inputs.h"
#include "compiler/compile.h"
#include "runtime/segments.h"
#include "runtime/tensor_origins.h"
#include "tests/runtime/models.h"

using namespace atl;

namespace {

compiler::CompiledModel compiled(const graph::Model& model, const isa::Machine& machine) {
  const Status verified = graph::verify(model);
  if (!verified.ok()) FAIL(verified.error().text());
  auto result = compiler::compile(model, machine, {});
  if (!result.ok()) FAIL(result.error().text());
  return std::move(result).value();
}

runtime::CompiledRunner make_runner(const graph::Model& model, const isa::Machine& machine,
                                    const runtime::RunnerOptions& options = {}) {
  auto runner = runtime::CompiledRunner::create(model, machine, options);
  if (!runner.ok()) FAIL(runner.error().text());
  return std::move(runner).value();
}

isa::Machine preset(const std::string& name) { return isa::load_machine(name).value(); }

}  // namespace

TEST_CASE("host and accelerator together compute what the reference operators do") {
  for (const graph::Model& model : {test::float_edges_model(), test::two_segment_model()}) {
    const std::string name = GENERATE("edge", "mcu", "tiny");
    const compiler::CompiledModel built = compiled(model, preset(name));
    REQUIRE(!built.programs.empty());
    runtime::CompiledRunner runner = make_runner(built.model, preset(name));
    auto interpreter = kernels::Interpreter::create(model);
    REQUIRE(interpreter.ok());
    for (uint64_t seed = 0; seed < 5; ++seed) {
      const std::vector<Bytes> inputs = kernels::random_inputs(model.main(), seed).value();
      const auto outputs = runner.run(inputs);
      if (!outputs.ok()) FAIL(outputs.error().text());
      for (size_t i = 0; i < inputs.size(); ++i) interpreter->set_input(i, inputs[i]);
      REQUIRE(interpreter->invoke().ok());
      const auto expected = interpreter->output(0).bytes;
      CHECK((*outputs.value().data() == Bytes(expected.begin(), expected.end())));
    }
  }
}

TEST_CASE("figures of two segments add up, and the host's are its own") {
  const isa::Machine machine = preset("tiny");
  const compiler::CompiledModel built = compiled(test::two_segment_model(), machine);
  REQUIRE(built.programs.size() == 2);
  runtime::RunnerOptions options;
  options.timing_only = true;
  runtime::CompiledRunner runner = make_runner(built.model, machine, options);
  REQUIRE(runner.time().ok());
  const simulator::Statistics total = runner.statistics();
  CHECK(total.cycles == built.estimated_cycles);
  int64_t cycles = 0, cold = 0;
  for (const auto& segment : runner.segments()) {
    cycles += segment->last_run->timeline.cycles;
    cold += segment->last_run->timeline.cycles + segment->last_run->preload_cycles;
  }
  CHECK(total.cycles == cycles);
  CHECK(total.cold_cycles == cold);
  for (const auto& unit : total.units) {
    int64_t sum = 0;
    for (const int64_t count : unit.cycles) sum += count;
    CHECK(sum == cycles);
  }
  REQUIRE(total.layers.size() >= 2);
  CHECK(total.layers.back().start >= runner.segments()[0]->last_run->timeline.cycles);
  CHECK(total.layers.back().end <= total.cycles);
  // DEQUANTIZE alone, or with QUANTIZE: 128 elements, int8 in and float32 out.
  const runtime::HostWork work = runtime::host_work(built.model.main());
  CHECK(work.macs == 0);
  CHECK(work.bytes >= 128 + 512);
  CHECK(total.host_seconds == Approx(static_cast<double>(work.bytes) / machine.host_bytes_per_second));
  CHECK(total.latency_seconds == Approx(static_cast<double>(cycles) / static_cast<double>(machine.clock_hz) +
                                        total.host_seconds + total.link_seconds));
  CHECK(total.throughput_per_second == Approx(1 / total.latency_seconds));
}

TEST_CASE("host work counts multiply-accumulates and bytes") {
  const graph::Model model = test::float_edges_model();
  const runtime::HostWork work = runtime::host_work(model.main(), 2);  // FULLY_CONNECTED of 6 into 3
  CHECK(work.macs == 18);
  CHECK(work.bytes == 6 + 18 + 3);
  isa::Machine machine = preset("edge");
  machine.host_macs_per_second = 9;
  machine.host_bytes_per_second = 54;
  CHECK(runtime::host_seconds(work, machine) == Approx(2.5));
}

TEST_CASE("tensors of a compiled model are found in the original") {
  const graph::Model model = test::float_edges_model();
  const compiler::CompiledModel built = compiled(model, preset("edge"));
  std::vector<int32_t> host_ops;
  for (const auto& op : built.ops) {
    if (!op.on_accelerator) host_ops.push_back(op.op);
  }
  const graph::Subgraph& subgraph = built.model.main();
  const auto origins = runtime::tensor_origins(model.main(), subgraph, host_ops, built.programs);
  REQUIRE(origins.size() == subgraph.tensors.size());
  for (size_t i = 0; i < origins.size(); ++i) {
    REQUIRE(origins[i] >= 0);
    CHECK(model.main().tensors[static_cast<size_t>(origins[i])].name == subgraph.tensors[i].name);
  }
}

TEST_CASE("which models are compiled") {
  const graph::Model model = test::float_edges_model();
  CHECK(!runtime::is_compiled(model));
  CHECK(runtime::read_segments(model).value().empty());
  const compiler::CompiledModel built = compiled(model, preset("edge"));
  CHECK(runtime::is_compiled(built.model));
  const auto segments = runtime::read_segments(built.model);
  REQUIRE(segments.ok());
  REQUIRE(segments.value().size() == built.programs.size());
  CHECK(segments.value()[0].program == built.programs[0]);
}

TEST_CASE("segments that don't fit their model are refused by name") {
  compiler::CompiledModel built = compiled(test::two_segment_model(), preset("edge"));
  graph::Model& model = built.model;
  const auto segment = std::find_if(model.main().ops.begin(), model.main().ops.end(), runtime::is_accelerator_op);
  REQUIRE(segment != model.main().ops.end());
  const auto refused = [&](const std::string& text) {
    const auto segments = runtime::read_segments(model);
    REQUIRE(!segments.ok());
    CHECK(segments.error().code() == ErrorCode::kInvalid);
    CHECK(segments.error().text() == text);
  };
  const graph::Op whole = *segment;

  segment->inputs.push_back(segment->inputs[0]);
  refused("CUSTOM(atoll-program) #0 'r1': the op has 2 inputs, but its program 1; compile the model again");
  *segment = whole;

  graph::Tensor& output = model.main().tensors[static_cast<size_t>(segment->outputs[0])];
  output.shape = {1, 4, 4, 7};
  refused(
      fmt::format("CUSTOM(atoll-program) #0 'r1': output 0 has 112 bytes as tensor #{} 'r1', but 128 in the op's "
                  "program; compile the model again",
                  segment->outputs[0]));
  output.shape = {1, 4, 4, 8};

  segment->custom_options.resize(segment->custom_options.size() / 2);
  const auto segments = runtime::read_segments(model);
  REQUIRE(!segments.ok());
  CHECK(segments.error().code() == ErrorCode::kInvalid);
  CHECK(segments.error().text().starts_with("CUSTOM(atoll-program) #0 'r1': "));
}

TEST_CASE("a program for another machine is refused") {
  const compiler::CompiledModel built = compiled(test::two_segment_model(), preset("edge"));
  const auto runner = runtime::CompiledRunner::create(built.model, preset("tiny"));
  REQUIRE(!runner.ok());
  CHECK(runner.error().code() == ErrorCode::kInvalid);
  CHECK(runner.error().text().starts_with("CUSTOM(atoll-program) #0 'r1': "));
}
