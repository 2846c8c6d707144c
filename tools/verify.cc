// atoll verify MODEL.tflite: the simulator against the reference operators, and those against the reference runtime.
#include <CLI/CLI.hpp>

#include "runtime/execution_order.h"
#include "tools/commands.h"
#include "tools/comparison.h"
#include "tools/console.h"
#include "tools/reference_tensors.h"
#include "tools/simulated_tensors.h"
#include "tools/table.h"
#include "tools/verify_inputs.h"

namespace atl::tools {
namespace {

// Float operators add in another order than the reference: within this share of a tensor's largest magnitude.
constexpr double kFloatBound = 2e-6;

struct Options {
  std::string model, machine, reference, fidelity = "fast";
  InputFlags input;
  std::vector<std::string> patterns{"uniform"};
  FcRequantFlag fc_requant;
  bool live = false, json = false;
};

struct Verified {
  Comparison simulator;
  std::optional<Comparison> reference;
  std::string oracle;
  size_t invocations = 0;

  std::vector<std::string> differences() const {
    std::vector<std::string> found;
    if (simulator.first_difference()) found.push_back(*simulator.first_difference());
    if (reference && reference->first_difference()) found.push_back(*reference->first_difference());
    return found;
  }
};

Result<kernels::Interpreter> make_interpreter(const SimulatedModel& model, const Options& options) {
  kernels::InterpreterOptions settings;
  settings.preserve_all = true;
  settings.kernels.fc_requant = options.fc_requant.kernel_option();
  auto interpreter = kernels::Interpreter::create(model.model, settings);
  if (!interpreter.ok()) return std::move(interpreter).error().with_place(options.model);
  return interpreter;
}

Result<std::optional<ReferenceTensors>> open_reference(const graph::Subgraph& subgraph, const Options& options,
                                                       const CheckedInvocations& checked) {
  if (options.live) {
    ATOLL_ASSIGN(ReferenceTensors live, ReferenceTensors::live(subgraph, options.model, checked));
    return std::optional(std::move(live));
  }
  if (options.reference.empty()) return std::optional<ReferenceTensors>();
  ATOLL_ASSIGN(ReferenceTensors stored,
               ReferenceTensors::load(subgraph, options.reference, static_cast<int64_t>(checked.size())));
  return std::optional(std::move(stored));
}

std::string oracle_text(const Options& options, const std::optional<ReferenceTensors>& reference) {
  const std::string own = "Atoll's reference operators";
  if (!reference) return own;
  const std::string runtime = reference->runtime().empty() ? "the reference runtime" : reference->runtime();
  return options.live ? fmt::format("{}, run live, and {}", runtime, own)
                      : fmt::format("outputs of {} stored in {}, and {}", runtime, options.reference, own);
}

// One invocation through the reference operators and the simulator.
class Checker {
 public:
  Checker(const SimulatedModel& model, kernels::Interpreter& interpreter, runtime::CompiledRunner& runner)
      : model_(model),
        interpreter_(interpreter),
        runner_(runner),
        order_(runtime::execution_order(model.model.main())),
        readable_(readable_tensors(model, runner)) {}

  Status run(const CheckedInvocation& one) {
    for (size_t i = 0; i < one.inputs.size(); ++i) interpreter_.set_input(i, one.inputs[i]);
    Status done = interpreter_.invoke();
    if (done.ok()) {
      auto outputs = runner_.run(one.inputs);
      if (outputs.ok()) return {};
      done = std::move(outputs).error();
    }
    return std::move(done).error().with_place(model_.path);
  }

  void compare_simulator(const std::string& label, Comparison& comparison) const {
    for (const size_t tensor : order_) {
      const auto [first, last] = readable_.equal_range(tensor);
      for (auto read = first; read != last; ++read) {
        comparison.compare(tensor, interpreter_.tensor(tensor).bytes, read->second(runner_), label);
      }
    }
  }

  void compare_reference(const ReferenceTensors& reference, int64_t invocation, const std::string& label,
                         Comparison& comparison) const {
    for (const size_t tensor : order_) {
      if (!reference.has(tensor) || !interpreter_.has_tensor(tensor)) continue;
      comparison.compare(tensor, reference.bytes(tensor, invocation), interpreter_.tensor(tensor).bytes, label);
    }
  }

 private:
  const SimulatedModel& model_;
  kernels::Interpreter& interpreter_;
  runtime::CompiledRunner& runner_;
  const std::vector<size_t> order_;
  const std::multimap<size_t, ReadTensor> readable_;
};

Json comparison_json(const Comparison& comparison) {
  return {{"tensors", comparison.tensors()},
          {"elements", comparison.elements()},
          {"equal", !comparison.first_difference().has_value()}};
}

void print_result(const Options& options, const std::string& machine, const Verified& verified) {
  const std::vector<std::string> differences = verified.differences();
  if (options.json) {
    Json json{{"model", options.model},
              {"machine", machine},
              {"equal", differences.empty()},
              {"invocations", verified.invocations},
              {"simulator", comparison_json(verified.simulator)}};
    if (verified.reference) json["reference"] = comparison_json(*verified.reference);
    json["differences"] = differences;
    json["oracle"] = verified.oracle;
    print_json(json);
    return;
  }
  const auto line = [](const char* what, const Comparison& c, const std::string& bound) {
    print("{}: {} tensors, {} elements, {}{}\n", what, grouped(c.tensors()), grouped(c.elements()),
          c.first_difference() ? "different" : "all equal", bound);
  };
  print("{} on {}, {} invocation{}\n", options.model, machine, verified.invocations,
        verified.invocations == 1 ? "" : "s");
  line("simulator against reference operators", verified.simulator, "");
  if (verified.reference) {
    line("reference operators against the reference runtime", *verified.reference,
         verified.reference->has_floats() ? fmt::format(" (floats within {:g} of the largest magnitude)", kFloatBound)
                                          : "");
  }
  print("oracle: {}\n", verified.oracle);
}

// Differences as an error. Its last message names the oracle too, since stderr may come last.
Status mismatch(const Verified& verified) {
  ErrorCollector errors;
  for (const std::string& difference : verified.differences()) errors.add(Error(ErrorCode::kMismatch, difference));
  if (errors.empty()) return {};
  errors.add(make_error(ErrorCode::kMismatch, "differs from the oracle: {}", verified.oracle));
  return std::move(errors).status();
}

runtime::RunnerOptions runner_options(const Options& options) {
  runtime::RunnerOptions settings;
  settings.fidelity = options.fidelity == "cycle" ? simulator::Fidelity::kCycle : simulator::Fidelity::kFast;
  settings.capture_materialized = true;
  settings.preserve_all = true;
  settings.fc_requant = options.fc_requant.kernel_option();
  return settings;
}

Result<std::unique_ptr<SimulatedModel>> open_plain_model(const Options& options) {
  ATOLL_ASSIGN(auto model, open_simulated_model(options.model, options.machine, options.fc_requant));
  if (model->built) return model;
  return make_error(ErrorCode::kUnsupported,
                    "{}: this is a compiled model; verify needs the model that it was compiled from", options.model);
}

Status verify(const Options& options) {
  ATOLL_ASSIGN(const std::unique_ptr<SimulatedModel> model, open_plain_model(options));
  const graph::Subgraph& subgraph = model->model.main();
  ATOLL_ASSIGN(kernels::Interpreter interpreter, make_interpreter(*model, options));
  ATOLL_ASSIGN(runtime::CompiledRunner runner, make_runner(*model, runner_options(options)));
  ATOLL_ASSIGN(const auto checked, CheckedInvocations::create(subgraph, options.input, options.patterns));
  ATOLL_ASSIGN(const std::optional<ReferenceTensors> reference, open_reference(subgraph, options, checked));
  Verified verified{Comparison("simulator against reference operators", subgraph), std::nullopt,
                    oracle_text(options, reference), checked.size()};
  if (reference) {
    verified.reference.emplace("reference operators against the reference runtime", subgraph, kFloatBound);
  }
  Checker checker(*model, interpreter, runner);
  Progress progress;
  for (size_t i = 0; i < checked.size(); ++i) {
    ATOLL_ASSIGN(const CheckedInvocation one, checked.at(i));
    progress.show(fmt::format("{} of {}: {}", i + 1, checked.size(), one.label));
    ATOLL_TRY(checker.run(one));
    checker.compare_simulator(one.label, verified.simulator);
    if (!reference) continue;
    checker.compare_reference(*reference, static_cast<int64_t>(i), one.label, *verified.reference);
  }
  progress.clear();
  print_result(options, model->machine.name, verified);
  return mismatch(verified);
}

void add_input_flags(CLI::App& command, Options& options) {
  options.input.add_to(command);
  CLI::Option* input = command.get_option("--input");
  command.add_option("--count", options.input.count, "draw inputs from this many seeds, counted up from --seed")
      ->check(CLI::Range(int64_t{1}, int64_t{1'000'000}))
      ->excludes(input)
      ->capture_default_str();
  command
      .add_option("--patterns", options.patterns,
                  "uniform: full-range values from --seed; extremes: all minimum, all maximum, alternating")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember({"uniform", "extremes"}))
      ->excludes(input)
      ->capture_default_str();
}

}  // namespace

void add_verify(CLI::App& app, Action& action) {
  auto [command, options] =
      add_command(app, action, "verify", "Compares the simulator, the reference operators and the reference runtime.",
                  "atoll verify model_int8.tflite --machine edge --seed 0 --count 5 --live", verify);
  command->add_option("MODEL.tflite", options->model, "a plain model; it is compiled on the way")->required();
  add_machine_flag(*command, options->machine);
  add_input_flags(*command, *options);
  CLI::Option* reference =
      command
          ->add_option("--reference", options->reference, "compare with tensors of the reference runtime stored here")
          ->type_name("REF.npz");
  command
      ->add_flag("--live", options->live,
                 "compare with the reference runtime, run by the Python in ATOLL_REFERENCE_PYTHON")
      ->excludes(reference);
  command->add_option("--fidelity", options->fidelity, "fast: the timeline engine; cycle: the clocked SystemC model")
      ->check(CLI::IsMember({"fast", "cycle"}))
      ->capture_default_str();
  options->fc_requant.add_to(*command);
  command->add_flag("--json", options->json, "print JSON");
}

}  // namespace atl::tools
