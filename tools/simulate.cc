// atoll simulate MODEL.tflite | OUT_atoll.tflite
#include <CLI/CLI.hpp>

#include "common/base/file.h"
#include "common/kernels/tensor_arrays.h"
#include "simulator/statistics_json.h"
#include "tools/commands.h"
#include "tools/console.h"
#include "tools/invocations.h"
#include "tools/kept_tensors.h"
#include "tools/output_summary.h"
#include "tools/simulated_model.h"
#include "tools/simulation_arrays.h"
#include "tools/statistics_report.h"
#include "tools/trace_files.h"

namespace atl::tools {
namespace {

struct Options {
  std::string model, machine, output, stats, layers;
  InputFlags input;
  FcRequantFlag fc_requant;
  FidelityFlag fidelity;
  TraceFlags traces;
  bool all_tensors = false, timing_only = false, keep_state = false, json = false;
};

runtime::RunnerOptions runner_options(const Options& options) {
  runtime::RunnerOptions settings;
  settings.fidelity = options.fidelity.fidelity();
  settings.capture_materialized = options.all_tensors;
  settings.preserve_all = options.all_tensors;
  settings.keep_state = options.keep_state;
  settings.timing_only = options.timing_only;
  settings.fc_requant = options.fc_requant.kernel_option();
  return settings;
}

Status with_place(Status status, const std::string& place) {
  if (status.ok()) return status;
  return std::move(status).error().with_place(place);
}

Result<arrays::NamedArrays> run_all(const SimulatedModel& model, runtime::CompiledRunner& runner,
                                    const Invocations& invocations, bool all_tensors) {
  ATOLL_ASSIGN(auto arrays, SimulationArrays::create(model, runner, invocations.leading_axis(), all_tensors));
  Progress progress;
  for (int64_t i = 0; i < invocations.count(); ++i) {
    progress.show(fmt::format("invocation {} of {}", i + 1, invocations.count()));
    ATOLL_ASSIGN(const std::vector<Bytes> inputs, invocations.inputs(i));
    const auto outputs = runner.run(inputs);
    if (!outputs.ok()) return Error(outputs.error()).with_place(model.path);
    ATOLL_TRY(with_place(arrays.append(runner), model.path));
  }
  return std::move(arrays).take();
}

Status write_files(const Options& options, const simulator::Statistics& statistics, const arrays::NamedArrays& arrays) {
  if (!options.output.empty()) ATOLL_TRY(arrays::write_npz(options.output, arrays));
  if (!options.stats.empty()) ATOLL_TRY(write_file(options.stats, simulator::statistics_json(statistics)));
  if (!options.layers.empty()) ATOLL_TRY(write_file(options.layers, layers_csv(statistics)));
  return {};
}

void print_result(const Options& options, const SimulatedModel& model, const simulator::Statistics& statistics,
                  const arrays::NamedArrays& arrays, InvocationAxis axis) {
  const graph::Subgraph& subgraph = model.compiled().main();
  if (options.json) {
    Json json{{"model", options.model}};
    json.update(Json::parse(simulator::statistics_json(statistics)));
    if (!options.timing_only) {
      json["invocations"] = axis.invocations;
      json["outputs"] = outputs_json(subgraph, arrays, axis);
    }
    print_json(json);
    return;
  }
  print("{} on {}\n{}", options.model, statistics.machine, statistics_text(statistics));
  if (options.timing_only) return;
  print_text(outputs_text(subgraph, arrays, axis));
  if (!options.output.empty()) print("{}: {}\n", options.output, arrays_text(arrays, axis.invocations));
}

Status simulate(const Options& options) {
  ATOLL_ASSIGN(const std::unique_ptr<SimulatedModel> model,
               open_simulated_model(options.model, options.machine, options.fc_requant));
  ATOLL_ASSIGN(runtime::CompiledRunner runner, make_runner(*model, runner_options(options)));
  ATOLL_TRY(check_all_tensors(options.all_tensors, options.output));
  arrays::NamedArrays arrays;
  InvocationAxis axis;
  if (options.timing_only) {
    ATOLL_TRY(with_place(runner.time(), options.model));
  } else {
    ATOLL_ASSIGN(const Invocations invocations, Invocations::create(model->model.main(), options.input));
    ATOLL_ASSIGN(arrays, run_all(*model, runner, invocations, options.all_tensors));
    axis = {invocations.count(), invocations.leading_axis()};
  }
  const simulator::Statistics statistics = runner.statistics();
  ATOLL_TRY(write_files(options, statistics, arrays));
  ATOLL_TRY(options.traces.write(runner.traced_run()));
  print_result(options, *model, statistics, arrays, axis);
  return {};
}

void add_timing_flags(CLI::App& command, Options& options) {
  CLI::Option* timing =
      command.add_flag("--timing-only", options.timing_only, "count cycles without computing values, faster");
  for (const char* flag : {"--input", "--seed", "--output", "--all-tensors"})
    timing->excludes(command.get_option(flag));
  options.fidelity.add_to(command);
}

}  // namespace

void add_simulate(CLI::App& app, Action& action) {
  auto [command, options] =
      add_command(app, action, "simulate", "Runs a model on the simulated accelerator.",
                  "atoll simulate model_atoll.tflite --input in.npz --stats stats.json", simulate);
  command->add_option("MODEL.tflite", options->model, "a compiled model, or a plain one, which is compiled on the way")
      ->required();
  command
      ->add_option("--machine", options->machine,
                   "a machine's name or FILE.json; by default the one that the model "
                   "was compiled for, or edge")
      ->type_name("NAME|FILE.json");
  options->input.add_to(*command);
  command->add_option("--output", options->output, "write the outputs")->type_name("F.npz");
  command->add_flag("--all-tensors", options->all_tensors, "write every tensor in memory to --output");
  command->add_option("--stats", options->stats, "write all figures")->type_name("F.json");
  command->add_option("--layers", options->layers, "write the figures of every layer")->type_name("F.csv");
  command->add_flag("--keep-state", options->keep_state, "variables keep their values from one invocation to the next");
  options->traces.add_to(*command);
  add_timing_flags(*command, *options);
  command->add_flag("--json", options->json, "print JSON");
}

}  // namespace atl::tools
