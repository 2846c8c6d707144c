// atoll verify MODEL.tflite: the simulator against the reference operators, and those against the reference runtime.
#include <CLI/CLI.hpp>
#include <algorithm>

#include "common/base/file.h"
#include "tools/checker.h"
#include "tools/commands.h"
#include "tools/console.h"
#include "tools/op_checks.h"
#include "tools/table.h"
#include "tools/vector_export.h"

namespace atl::tools {
namespace {

struct Options {
  std::string model, machine, reference, vectors;
  InputFlags input;
  std::vector<std::string> patterns{"uniform"};
  FcRequantFlag fc_requant;
  FidelityFlag fidelity;
  bool live = false, json = false;

  bool asks_for(std::initializer_list<const char*> any_of) const {
    return std::any_of(any_of.begin(), any_of.end(), [&](const char* pattern) {
      return std::find(patterns.begin(), patterns.end(), pattern) != patterns.end();
    });
  }
  bool checks_model() const { return !input.path.empty() || asks_for({"uniform", "extremes"}); }
  bool checks_ops() const { return input.path.empty() && asks_for({"ties", "saturation"}); }
};

// All that was found out.
struct Findings {
  std::optional<Verified> model;
  std::optional<OpChecks> ops;
  std::string oracle;

  std::vector<std::string> differences() const {
    std::vector<std::string> found = model ? model->differences() : std::vector<std::string>();
    if (ops) found.insert(found.end(), ops->differences.begin(), ops->differences.end());
    return found;
  }
};

Result<std::optional<ReferenceTensors>> open_reference(const graph::Subgraph& subgraph, const Options& options,
                                                       const CheckedInvocations& checked) {
  if (options.live) {
    ATOLL_ASSIGN(const Bytes file, read_file(options.model));
    ATOLL_ASSIGN(ReferenceTensors live, ReferenceTensors::live(subgraph, file, checked));
    return std::optional(std::move(live));
  }
  if (options.reference.empty()) return std::optional<ReferenceTensors>();
  ATOLL_ASSIGN(ReferenceTensors stored,
               ReferenceTensors::load(subgraph, options.reference, static_cast<int64_t>(checked.size())));
  return std::optional(std::move(stored));
}

std::string oracle_text(const Options& options, const std::optional<ReferenceTensors>& reference) {
  const std::string own = "Atoll's reference operators";
  if (options.live) {
    const std::string runtime = reference ? reference->runtime() : std::string();
    return fmt::format("{}, run live, and {}", runtime.empty() ? "the reference runtime" : runtime, own);
  }
  if (!reference) return own;
  const std::string runtime = reference->runtime().empty() ? "the reference runtime" : reference->runtime();
  return fmt::format("outputs of {} stored in {}, and {}", runtime, options.reference, own);
}

Json comparison_json(const Comparison& comparison) {
  return {{"tensors", comparison.tensors()},
          {"elements", comparison.elements()},
          {"equal", !comparison.first_difference().has_value()}};
}

Json findings_json(const Options& options, const std::string& machine, const Findings& findings) {
  const std::vector<std::string> differences = findings.differences();
  Json json{{"model", options.model}, {"machine", machine}, {"equal", differences.empty()}};
  if (findings.model) {
    json["invocations"] = findings.model->invocations;
    json["simulator"] = comparison_json(findings.model->simulator);
    if (findings.model->reference) json["reference"] = comparison_json(*findings.model->reference);
    json["deviations"] = findings.model->deviations;
  }
  if (findings.ops) {
    json["operators"] = {{"checked", findings.ops->operators},
                         {"left_out", findings.ops->left_out},
                         {"invocations", findings.ops->invocations},
                         {"elements", findings.ops->elements},
                         {"equal", findings.ops->differences.empty()}};
  }
  json["differences"] = differences;
  json["oracle"] = findings.oracle;
  return json;
}

void print_model(const Options& options, const std::string& machine, const Verified& verified) {
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
  for (const std::string& deviation : verified.deviations) print("known deviation: {}\n", deviation);
  if (verified.unjudged > 0) {
    print("{} tensors from there on are not compared with the reference runtime\n", grouped(verified.unjudged));
  }
}

void print_ops(const OpChecks& ops) {
  print("operators one by one: {} operators, {} invocations, {} elements, {}", ops.operators, ops.invocations,
        grouped(ops.elements), ops.differences.empty() ? "all equal" : "different");
  print("{}\n", ops.left_out == 0 ? "" : fmt::format(" ({} without quantized inputs left out)", ops.left_out));
}

void print_result(const Options& options, const std::string& machine, const Findings& findings) {
  if (options.json) {
    print_json(findings_json(options, machine, findings));
    return;
  }
  if (findings.model) print_model(options, machine, *findings.model);
  if (findings.ops) print_ops(*findings.ops);
  print("oracle: {}\n", findings.oracle);
}

// Differences as an error. Its last message names the oracle too, since stderr may come last.
Status mismatch(const Findings& findings) {
  ErrorCollector errors;
  for (const std::string& difference : findings.differences()) errors.add(Error(ErrorCode::kMismatch, difference));
  if (errors.empty()) return {};
  errors.add(make_error(ErrorCode::kMismatch, "differs from the oracle: {}", findings.oracle));
  return std::move(errors).status();
}

runtime::RunnerOptions runner_options(const Options& options) {
  runtime::RunnerOptions settings;
  settings.fidelity = options.fidelity.fidelity();
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

Status check_options(const Options& options) {
  if (!options.checks_model() && (!options.reference.empty() || !options.vectors.empty())) {
    return make_error(ErrorCode::kUsage,
                      "--reference and --export-vectors are about whole invocations: give --input, or a pattern that "
                      "makes some (uniform, extremes)");
  }
  return {};
}

Status verify(const Options& options) {
  ATOLL_TRY(check_options(options));
  ATOLL_ASSIGN(const std::unique_ptr<SimulatedModel> model, open_plain_model(options));
  const graph::Subgraph& subgraph = model->model.main();
  Progress progress;
  CheckOptions settings{runner_options(options), nullptr, [&](const std::string& text) { progress.show(text); }};
  VectorExport vectors(options.vectors);
  if (!options.vectors.empty()) {
    settings.visit = [&](size_t invocation, const kernels::Interpreter& interpreter) -> Status {
      vectors.add(invocation, interpreter);
      return {};
    };
  }
  Findings findings;
  std::optional<ReferenceTensors> reference;
  if (options.checks_model()) {
    ATOLL_ASSIGN(const auto checked, CheckedInvocations::create(subgraph, options.input, options.patterns));
    ATOLL_ASSIGN(reference, open_reference(subgraph, options, checked));
    ATOLL_ASSIGN(Verified verified, check_model(*model, checked, reference, settings));
    findings.model.emplace(std::move(verified));
  }
  if (options.checks_ops()) {
    ATOLL_ASSIGN(findings.ops,
                 check_ops(*model, options.patterns, options.input.seed, options.live, options.fc_requant, settings));
  }
  progress.clear();
  if (!options.vectors.empty()) ATOLL_TRY(vectors.write(subgraph));
  findings.oracle = oracle_text(options, reference);
  print_result(options, model->machine.name, findings);
  return mismatch(findings);
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
                  "uniform: full-range values from --seed; extremes: all minimum, all maximum, alternating; ties, "
                  "saturation: every operator by itself, its sums at rounding boundaries or as far out as they go")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember({"uniform", "extremes", "ties", "saturation"}))
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
  options->fidelity.add_to(*command);
  command
      ->add_option("--export-vectors", options->vectors,
                   "write what every operator got and gave here, as .npz and as hexadecimal text")
      ->type_name("DIR");
  options->fc_requant.add_to(*command);
  command->add_flag("--json", options->json, "print JSON");
}

}  // namespace atl::tools
