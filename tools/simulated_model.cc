#include "tools/simulated_model.h"

#include <algorithm>

#include "runtime/segments.h"
#include "tools/compile_report.h"
#include "tools/model_file.h"

namespace atl::tools {
namespace {

// The preset that the segments' programs were made for.
Result<isa::Machine> recorded_machine(const graph::Model& model) {
  ATOLL_ASSIGN(const auto segments, runtime::read_segments(model));
  const std::string& name = segments.front().program.machine_name;
  const std::vector<std::string> presets = isa::preset_names();
  if (std::find(presets.begin(), presets.end(), name) != presets.end()) return isa::load_machine(name);
  return make_error(ErrorCode::kUsage,
                    "the model was compiled for machine '{}', which does not come along; give its description with "
                    "--machine FILE.json",
                    name);
}

}  // namespace

Result<std::unique_ptr<SimulatedModel>> open_simulated_model(const std::string& path, const std::string& machine,
                                                             const FcRequantFlag& fc_requant) {
  auto opened = std::make_unique<SimulatedModel>();
  opened->path = path;
  ATOLL_ASSIGN(opened->model, open_model(path));
  const bool compiled = runtime::is_compiled(opened->model);
  if (compiled && machine.empty()) {
    Result<isa::Machine> recorded = recorded_machine(opened->model);
    if (!recorded.ok()) return std::move(recorded).error().with_place(path);
    opened->machine = std::move(recorded).value();
  } else {
    ATOLL_ASSIGN(opened->machine, isa::load_machine(machine.empty() ? std::string(isa::kDefaultMachine) : machine));
  }
  if (!compiled) {
    ATOLL_ASSIGN(opened->built, compile_model(path, opened->model, opened->machine, fc_requant));
  }
  return opened;
}

Result<runtime::CompiledRunner> make_runner(const SimulatedModel& model, const runtime::RunnerOptions& options) {
  auto runner = runtime::CompiledRunner::create(model.compiled(), model.machine, options);
  if (!runner.ok()) return std::move(runner).error().with_place(model.path);
  return runner;
}

}  // namespace atl::tools
