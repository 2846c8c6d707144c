// What `compile` says of a compiled model, and the one call of the compiler that several subcommands make.
#pragma once

#include <string>

#include "compiler/compile.h"
#include "tools/console.h"
#include "tools/flags.h"

namespace atl::tools {

// compiler::compile; messages start with the model's path, warnings go to stderr.
Result<compiler::CompiledModel> compile_model(const std::string& path, const graph::Model& model,
                                              const isa::Machine& machine, const FcRequantFlag& fc_requant,
                                              int effort = compiler::kUsualEffort);

// `output`: where it was written, may be empty. `machine`: as the user named it.
Json compile_json(const std::string& path, const std::string& output, const std::string& machine,
                  const compiler::CompiledModel& compiled);
std::string compile_text(const std::string& path, const std::string& output, const std::string& machine,
                         const compiler::CompiledModel& compiled, bool show_ops);

}  // namespace atl::tools
