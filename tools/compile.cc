// atoll compile MODEL.tflite... -o OUT_atoll.tflite | DIR
#include <CLI/CLI.hpp>

#include "common/base/file.h"
#include "common/tflite/writer.h"
#include "runtime/compiled_runner.h"
#include "simulator/statistics_json.h"
#include "tools/commands.h"
#include "tools/compile_comparison.h"
#include "tools/compile_report.h"
#include "tools/console.h"
#include "tools/flags.h"
#include "tools/model_file.h"
#include "tools/output_paths.h"

namespace atl::tools {
namespace {

struct Options {
  std::vector<std::string> models;
  std::string output, machine, report, program, compare;
  FcRequantFlag fc_requant;
  int effort = compiler::kUsualEffort;
  bool show_ops = false, json = false;

  bool wants_report() const { return !report.empty() || !compare.empty() || json; }
  bool wants_anything() const { return !output.empty() || !program.empty() || show_ops || wants_report(); }
};

// What a simulation of one inference will count; values don't matter to it.
Result<Json> statistics_of(const compiler::CompiledModel& compiled, const isa::Machine& machine) {
  runtime::RunnerOptions settings;
  settings.timing_only = true;
  ATOLL_ASSIGN(runtime::CompiledRunner runner, runtime::CompiledRunner::create(compiled.model, machine, settings));
  ATOLL_TRY(runner.time());
  return Json::parse(simulator::statistics_json(runner.statistics()));
}

Result<Json> report_of(const std::string& path, const std::string& output, const Options& options,
                       const compiler::CompiledModel& compiled, const isa::Machine& machine) {
  Json report = compile_json(path, output, options.machine, compiled);
  if (!compiled.programs.empty()) {
    ATOLL_ASSIGN(report["statistics"], statistics_of(compiled, machine));
  }
  if (!options.compare.empty()) {
    ATOLL_ASSIGN(const Json before, read_compile_report(options.compare));
    Result<Json> comparison = compare_compilations(before, report);
    if (!comparison.ok()) return std::move(comparison).error().with_place(options.compare);
    report["comparison"] = std::move(comparison).value();
  }
  return report;
}

Status write_programs(const compiler::CompiledModel& compiled, const std::string& path, const std::string& model_path) {
  const size_t count = compiled.programs.size();
  if (count == 0) {
    return make_error(ErrorCode::kUnsupported,
                      "{}: --emit-program has nothing to write, no op of the model runs on the accelerator",
                      model_path);
  }
  for (size_t i = 0; i < count; ++i) {
    ATOLL_TRY(write_file(numbered_path(path, i, count), isa::encode(compiled.programs[i])));
  }
  return {};
}

// Everything that one model is to be written to.
Status write_outputs(const compiler::CompiledModel& compiled, const std::string& model_path, const std::string& output,
                     const Options& options) {
  if (!options.program.empty()) ATOLL_TRY(write_programs(compiled, options.program, model_path));
  if (!output.empty()) ATOLL_TRY(tflite::save_model(compiled.model, output));
  return {};
}

Status compile_one(const std::string& path, const std::string& output, const Options& options, Json& reports) {
  ATOLL_ASSIGN(const graph::Model model, open_model(path));
  ATOLL_ASSIGN(const isa::Machine machine, isa::load_machine(options.machine));
  ATOLL_ASSIGN(const compiler::CompiledModel compiled,
               compile_model(path, model, machine, options.fc_requant, options.effort));
  if (!options.wants_anything()) {
    return make_error(ErrorCode::kUsage, "-o is missing: where to write the compiled model (or ask for --show-ops)");
  }
  Json report;
  if (options.wants_report()) {
    ATOLL_ASSIGN(report, report_of(path, output, options, compiled, machine));
  }
  ATOLL_TRY(write_outputs(compiled, path, output, options));
  if (!options.json) {
    print_text(compile_text(path, output, options.machine, compiled, options.show_ops));
    if (report.contains("comparison")) print_text(comparison_text(options.compare, report["comparison"]));
  }
  reports.push_back(std::move(report));
  return {};
}

Status check_flags(const Options& options) {
  if (!options.report.empty() && !options.report.ends_with(".json")) {
    return make_error(ErrorCode::kUsage, "--report {}: only reports in .json can be written", options.report);
  }
  for (const auto& [given, flag] :
       {std::pair(&options.program, "--emit-program"), std::pair(&options.compare, "--compare")}) {
    if (given->empty() || options.models.size() == 1) continue;
    return make_error(ErrorCode::kUsage, "{} takes one model at a time", flag);
  }
  return {};
}

Status compile(const Options& options) {
  ATOLL_TRY(check_flags(options));
  ATOLL_ASSIGN(const std::vector<std::string> outputs, output_paths(options.models, options.output));
  Json reports = Json::array();
  ErrorCollector errors;
  for (size_t i = 0; i < options.models.size(); ++i) {
    errors.add(compile_one(options.models[i], outputs[i], options, reports));
  }
  const bool several = options.models.size() > 1;
  if (!reports.empty() && options.wants_report()) {
    const Json result = several ? Json{{"models", reports}} : reports[0];
    if (!options.report.empty()) errors.add(write_file(options.report, json_text(result)));
    if (options.json) print_json(result);
  }
  return std::move(errors).status();
}

}  // namespace

void add_compile(CLI::App& app, Action& action) {
  auto [command, options] =
      add_command(app, action, "compile", "Compiles integer models for an accelerator.",
                  "atoll compile model_int8.tflite -o model_atoll.tflite --machine edge --show-ops", compile);
  command->add_option("MODEL.tflite", options->models, "one or more models")->required();
  command->add_option("-o,--output", options->output, "the compiled model to write; with several models a folder");
  add_machine_flag(*command, options->machine);
  command
      ->add_option("--effort", options->effort,
                   "ways of cutting layers that are tried for fewer cycles: 0 one, 3 all, which can take minutes")
      ->check(CLI::Range(0, compiler::kMostEffort))
      ->capture_default_str();
  command->add_flag("--show-ops", options->show_ops, "print where every op went, and why; needs no -o");
  command->add_option("--report", options->report, "write what --json prints to F.json");
  command->add_option("--compare", options->compare, "print what changed since the compilation that wrote OLD.json")
      ->type_name("OLD.json");
  command->add_option("--emit-program", options->program, "write the accelerator's program to F");
  options->fc_requant.add_to(*command);
  command->add_flag("--json", options->json, "print JSON");
}

}  // namespace atl::tools
