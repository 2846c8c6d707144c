// The subcommands: each declares its flags on the command line's parser and, when the user chose it, what to do.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>

#include "common/base/result.h"

namespace atl::tools {

// What is left to do once the command line is understood.
using Action = std::function<Status()>;

// All subcommands, in the order of --help.
void add_commands(CLI::App& app, Action& action);

void add_quantize(CLI::App& app, Action& action);
void add_compile(CLI::App& app, Action& action);
void add_simulate(CLI::App& app, Action& action);
void add_run(CLI::App& app, Action& action);
void add_verify(CLI::App& app, Action& action);
void add_inspect(CLI::App& app, Action& action);
void add_asm(CLI::App& app, Action& action);
void add_machine(CLI::App& app, Action& action);
void add_docs(CLI::App& app, Action& action);

// A subcommand under construction: its parser, and the options that its flags write to.
template <typename Options>
struct Command {
  CLI::App* app;
  Options* options;
};

// Adds subcommand `name` to a parser; if the user chooses it, `action` becomes run(options).
// `example` is one command line, for --help.
template <typename Options>
Command<Options> add_command(CLI::App& app, Action& action, const std::string& name, const std::string& description,
                             const std::string& example, Status (*run)(const Options&)) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(name, description);
  command->footer("Example:\n  " + example);
  command->callback([&action, options, run] { action = [options, run] { return run(*options); }; });
  return {command, options.get()};
}

}  // namespace atl::tools
