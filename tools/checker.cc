#include "tools/checker.h"

#include <algorithm>

#include "runtime/deviations.h"
#include "runtime/execution_order.h"
#include "tools/simulated_tensors.h"

namespace atl::tools {
namespace {

// One invocation through the reference operators and the simulator.
class Checker {
 public:
  Checker(const SimulatedModel& model, kernels::Interpreter& interpreter, runtime::CompiledRunner& runner)
      : model_(model),
        interpreter_(interpreter),
        runner_(runner),
        order_(runtime::execution_order(model.model.main())),
        deviations_(runtime::known_deviations(model.model.main())),
        unjudged_(runtime::behind_deviations(model.model.main(), deviations_)),
        readable_(readable_tensors(model, runner)) {}

  Status run(const CheckedInvocation& one) {
    interpreter_.clear_state();
    for (size_t i = 0; i < one.inputs.size(); ++i) interpreter_.set_input(i, one.inputs[i]);
    Status done = interpreter_.invoke();
    if (done.ok()) {
      auto outputs = runner_.run(one.inputs);
      if (outputs.ok()) return {};
      done = std::move(outputs).error();
    }
    return std::move(done).error().with_place(model_.path);
  }

  std::vector<std::string> deviations() const {
    std::vector<std::string> texts;
    for (const runtime::Deviation& deviation : deviations_) {
      texts.push_back(fmt::format("{}: {}", graph::op_label(model_.model.main(), deviation.op), deviation.why));
    }
    return texts;
  }
  int64_t unjudged() const { return std::count(unjudged_.begin(), unjudged_.end(), true); }

  void compare_simulator(const std::string& label, Comparison& comparison) const {
    for (const size_t tensor : order_) {
      const auto [first, last] = readable_.equal_range(tensor);
      for (auto read = first; read != last; ++read) {
        const kernels::ConstView expected = interpreter_.tensor(tensor);
        comparison.compare(tensor, expected.shape, expected.bytes, read->second(runner_).bytes, label);
      }
    }
  }

  void compare_reference(const ReferenceTensors& reference, int64_t invocation, const std::string& label,
                         Comparison& comparison) const {
    for (const size_t tensor : order_) {
      if (!reference.has(tensor) || !interpreter_.has_tensor(tensor) || unjudged_[tensor]) continue;
      const kernels::ConstView got = interpreter_.tensor(tensor);
      comparison.compare(tensor, got.shape, reference.bytes(tensor, invocation), got.bytes, label);
    }
  }

 private:
  const SimulatedModel& model_;
  kernels::Interpreter& interpreter_;
  runtime::CompiledRunner& runner_;
  const std::vector<size_t> order_;
  const std::vector<runtime::Deviation> deviations_;
  const std::vector<bool> unjudged_;
  const std::multimap<size_t, ReadTensor> readable_;
};

Result<kernels::Interpreter> make_interpreter(const SimulatedModel& model, const CheckOptions& options) {
  kernels::InterpreterOptions settings;
  settings.preserve_all = true;
  settings.kernels.fc_requant = options.runner.fc_requant;
  auto interpreter = kernels::Interpreter::create(model.model, settings);
  if (!interpreter.ok()) return std::move(interpreter).error().with_place(model.path);
  return interpreter;
}

}  // namespace

std::vector<std::string> Verified::differences() const {
  std::vector<std::string> found;
  if (simulator.first_difference()) found.push_back(*simulator.first_difference());
  if (reference && reference->first_difference()) found.push_back(*reference->first_difference());
  return found;
}

Result<Verified> check_model(const SimulatedModel& model, const CheckedInvocations& checked,
                             const std::optional<ReferenceTensors>& reference, const CheckOptions& options) {
  const graph::Subgraph& subgraph = model.model.main();
  ATOLL_ASSIGN(kernels::Interpreter interpreter, make_interpreter(model, options));
  ATOLL_ASSIGN(runtime::CompiledRunner runner, make_runner(model, options.runner));
  Verified verified{Comparison("simulator against reference operators", subgraph), std::nullopt, checked.size()};
  if (reference) {
    verified.reference.emplace("reference operators against the reference runtime", subgraph, kFloatBound);
  }
  Checker checker(model, interpreter, runner);
  if (reference) verified.deviations = checker.deviations(), verified.unjudged = checker.unjudged();
  for (size_t i = 0; i < checked.size(); ++i) {
    ATOLL_ASSIGN(const CheckedInvocation one, checked.at(i));
    if (options.progress) options.progress(fmt::format("{} of {}: {}", i + 1, checked.size(), one.label));
    ATOLL_TRY(checker.run(one));
    checker.compare_simulator(one.label, verified.simulator);
    if (reference) checker.compare_reference(*reference, static_cast<int64_t>(i), one.label, *verified.reference);
    if (options.visit) ATOLL_TRY(options.visit(i, interpreter));
  }
  return verified;
}

}  // namespace atl::tools
