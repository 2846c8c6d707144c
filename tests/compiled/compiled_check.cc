#include "tests/compiled/compiled_check.h"

#include "common/kernels/interpreter.h"
#include "common/kernels/random_inputs.h"

namespace atl::test {
namespace {

// "tensor 12 'name': 3 of 40 bytes differ, first at 5: expected 17, got 18"; empty if equal.
std::string difference(int32_t tensor, const std::string& name, std::span<const uint8_t> expected,
                       std::span<const uint8_t> got) {
  if (expected.size() != got.size())
    return fmt::format("tensor {}: {} bytes, expected {}", tensor, got.size(), expected.size());
  size_t count = 0, first = 0;
  for (size_t i = 0; i < expected.size(); ++i) {
    if (expected[i] == got[i]) continue;
    if (count++ == 0) first = i;
  }
  if (count == 0) return {};
  return fmt::format("tensor {} '{}': {} of {} bytes differ, first at {}: expected {}, got {}", tensor, name, count,
                     expected.size(), first, expected[first], got[first]);
}

Status run_reference(kernels::Interpreter& interpreter, const CheckOptions& options) {
  std::vector<Bytes> inputs = options.inputs;
  if (inputs.empty()) {
    ATOLL_ASSIGN(inputs, kernels::random_inputs(interpreter.subgraph(), options.seed));
  }
  for (size_t i = 0; i < inputs.size(); ++i) interpreter.set_input(i, inputs[i]);
  return interpreter.invoke();
}

Status check_program(const isa::Program& program, const isa::Machine& machine, const kernels::Interpreter& interpreter,
                     const CheckOptions& options, CompiledCheck& check) {
  const auto expected = [&](int32_t tensor) { return interpreter.tensor(static_cast<size_t>(tensor)).bytes; };
  std::vector<Bytes> inputs;
  for (const isa::Binding& binding : program.inputs) {
    const auto bytes = expected(binding.tensor);
    inputs.emplace_back(bytes.begin(), bytes.end());
  }
  ATOLL_ASSIGN(simulator::Simulator simulator, simulator::Simulator::create(program, machine));
  simulator::Options run_options;
  run_options.fidelity = options.fidelity;
  run_options.capture_materialized = true;
  ATOLL_ASSIGN(const simulator::Run run, simulator.run(inputs, run_options));
  check.cycles += run.timeline.cycles;
  const auto compare = [&](int32_t tensor, const std::string& name, std::span<const uint8_t> got) {
    ++check.tensors;
    if (check.difference.empty()) check.difference = difference(tensor, name, expected(tensor), got);
  };
  for (size_t i = 0; i < program.materialized.size(); ++i) {
    const isa::Materialized& one = program.materialized[i];
    compare(one.tensor, one.name, run.captured[i]);
  }
  for (size_t i = 0; i < program.outputs.size(); ++i) {
    compare(program.outputs[i].tensor, program.outputs[i].name, run.outputs[i]);
  }
  return {};
}

}  // namespace

Result<CompiledCheck> check_compiled(const graph::Model& model, const isa::Machine& machine,
                                     const CheckOptions& options) {
  ATOLL_ASSIGN(const compiler::CompiledModel compiled, compiler::compile(model, machine, {}));
  kernels::InterpreterOptions kernel_options;
  kernel_options.preserve_all = true;
  ATOLL_ASSIGN(kernels::Interpreter interpreter, kernels::Interpreter::create(model, kernel_options));
  ATOLL_TRY(run_reference(interpreter, options));
  CompiledCheck check;
  check.estimated_cycles = compiled.estimated_cycles;
  for (const compiler::OpPlacement& op : compiled.ops) {
    if (op.on_accelerator) continue;
    if (check.host_ops++ == 0) check.host_reason = op.reason;
  }
  for (const isa::Program& program : compiled.programs) {
    ATOLL_TRY(check_program(program, machine, interpreter, options, check));
  }
  return check;
}

}  // namespace atl::test
