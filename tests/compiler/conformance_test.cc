// Compiled programs against the reference runtime's stored outputs: one-op models on edge and tiny.
#include <catch2/catch.hpp>
#include <map>

#include "common/tflite/reader.h"
#include "tests/compiled/compiled_check.h"
#include "tests/support/conformance.h"
#include "tests/support/shared.h"

using namespace atl;

namespace {

struct Tally {
  int on_accelerator = 0, on_host = 0;
};

// Runs every vector of a case compiled; the kernels, which the programs are compared with, are compared with the stored
// outputs in tests/conformance, and here the programs' outputs once more.
void run_case(const test::ConformanceCase& one, const isa::Machine& machine, Tally& tally) {
  INFO(one.name << " on " << machine.name);
  const auto model = tflite::load_model(one.model_path);
  if (!model.ok()) FAIL(model.error().text());
  const auto compiled = compiler::compile(*model, machine, {});
  if (!compiled.ok()) FAIL(compiled.error().text());
  ++(compiled->programs.empty() ? tally.on_host : tally.on_accelerator);
  if (compiled->programs.empty()) return;
  REQUIRE(compiled->programs.size() == 1);
  const isa::Program& program = compiled->programs[0];
  auto simulator = simulator::Simulator::create(program, machine);
  if (!simulator.ok()) FAIL(simulator.error().text());
  const auto vectors = test::load_conformance_vectors(one);
  REQUIRE(vectors.ok());
  for (const test::ConformanceVector& vector : *vectors) {
    std::vector<Bytes> inputs;
    for (const isa::Binding& binding : program.inputs) {
      const auto& list = model->main().inputs;
      const auto position = std::find(list.begin(), list.end(), binding.tensor) - list.begin();
      inputs.push_back(vector.inputs[static_cast<size_t>(position)].bytes);
    }
    simulator::Options options;
    options.fidelity = simulator::Fidelity::kFast;
    const auto run = simulator->run(inputs, options);
    if (!run.ok()) FAIL(run.error().text());
    REQUIRE(run->outputs.size() == vector.outputs.size());
    for (size_t k = 0; k < run->outputs.size(); ++k) REQUIRE(run->outputs[k] == vector.outputs[k].bytes);
  }
}

void run_all(const std::string& machine_name) {
  const auto folder = test::shared_path_or_skip("conformance");
  if (!folder) return;
  const isa::Machine machine = isa::load_machine(machine_name).value();
  const auto cases = test::load_conformance_cases(*folder);
  REQUIRE(cases.ok());
  std::map<std::string, Tally> tallies;
  for (const test::ConformanceCase& one : *cases) {
    const auto kind = graph::op_kind_from_name(one.op);
    if (!kind || !one.quarantine.empty() || !one.types_within({"int8", "uint8", "int16", "int16x8", "int32"})) continue;
    run_case(one, machine, tallies[one.op]);
  }
  REQUIRE(tallies.size() >= 12);
  for (const auto& [op, tally] : tallies) {
    UNSCOPED_INFO(op << ": " << tally.on_accelerator << " cases on the accelerator, " << tally.on_host
                     << " on the host");
    const graph::OpInfo& row = graph::op_info(*graph::op_kind_from_name(op));
    if (row.engine != graph::Engine::kHost) CHECK(tally.on_accelerator > 0);
  }
}

}  // namespace

TEST_CASE("one-op models compiled for edge equal the reference runtime") { run_all("edge"); }
TEST_CASE("one-op models compiled for tiny equal the reference runtime") { run_all("tiny"); }
