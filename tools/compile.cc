// atoll compile MODEL.tflite... -o OUT_atoll.tflite | DIR
#include <CLI/CLI.hpp>

#include "common/base/file.h"
#include "common/tflite/writer.h"
#include "tools/commands.h"
#include "tools/compile_report.h"
#include "tools/console.h"
#include "tools/flags.h"
#include "tools/model_file.h"
#include "tools/output_paths.h"

namespace atl::tools {
namespace {

struct Options {
  std::vector<std::string> models;
  std::string output, machine, report, program;
  FcRequantFlag fc_requant;
  bool show_ops = false, json = false;

  bool wants_anything() const { return !output.empty() || !report.empty() || !program.empty() || show_ops || json; }
};

Result<compiler::CompiledModel> compile_file(const std::string& path, const Options& options) {
  ATOLL_ASSIGN(const graph::Model model, open_model(path));
  ATOLL_ASSIGN(const isa::Machine machine, isa::load_machine(options.machine));
  return compile_model(path, model, machine, options.fc_requant);
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
  ATOLL_ASSIGN(const compiler::CompiledModel compiled, compile_file(path, options));
  if (!options.wants_anything()) {
    return make_error(ErrorCode::kUsage, "-o is missing: where to write the compiled model (or ask for --show-ops)");
  }
  ATOLL_TRY(write_outputs(compiled, path, output, options));
  reports.push_back(compile_json(path, output, options.machine, compiled));
  if (!options.json) print_text(compile_text(path, output, options.machine, compiled, options.show_ops));
  return {};
}

Status check_flags(const Options& options) {
  if (!options.report.empty() && !options.report.ends_with(".json")) {
    return make_error(ErrorCode::kUsage, "--report {}: only reports in .json can be written", options.report);
  }
  if (!options.program.empty() && options.models.size() > 1) {
    return make_error(ErrorCode::kUsage, "--emit-program takes one model at a time");
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
  if (!reports.empty()) {
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
  command->add_flag("--show-ops", options->show_ops, "print where every op went, and why; needs no -o");
  command->add_option("--report", options->report, "write what --json prints to F.json");
  command->add_option("--emit-program", options->program, "write the accelerator's program to F");
  options->fc_requant.add_to(*command);
  command->add_flag("--json", options->json, "print JSON");
}

}  // namespace atl::tools
