// A model ready to be simulated: compiled by an earlier `atoll compile`, or on the way.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "compiler/compile.h"
#include "runtime/compiled_runner.h"
#include "tools/flags.h"

namespace atl::tools {

struct SimulatedModel {
  std::string path;
  isa::Machine machine;
  graph::Model model;                            // as in the file
  std::optional<compiler::CompiledModel> built;  // compiled on the way; nothing if the file holds a compiled model

  const graph::Model& compiled() const { return built ? built->model : model; }
};

// Opens a plain or compiled model and compiles a plain one. `machine`: as the user named it; empty: the one that a
// compiled model was made for, else the default. On the heap, since runners point into it.
Result<std::unique_ptr<SimulatedModel>> open_simulated_model(const std::string& path, const std::string& machine,
                                                             const FcRequantFlag& fc_requant);

// CompiledRunner::create; messages start with the path.
Result<runtime::CompiledRunner> make_runner(const SimulatedModel& model, const runtime::RunnerOptions& options);

}  // namespace atl::tools
