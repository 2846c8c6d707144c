#include "tools/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "isa/instruction.h"
#include "tools/commands.h"
#include "tools/console.h"

namespace atl::tools {
namespace {

constexpr int kBug = 1;

std::string version_text() {
  return fmt::format(
      "atoll {}\nISA version {}\nreference runtime: ai-edge-litert 2.3.0, built-in reference kernels (BUILTIN_REF), "
      "x86-64\n",
      ATOLL_VERSION, isa::kIsaVersion);
}

// The innermost subcommand that the command line named, or the app itself.
const CLI::App& chosen_command(const CLI::App& app) {
  const CLI::App* command = &app;
  while (!command->get_subcommands().empty()) command = command->get_subcommands().front();
  return *command;
}

// "atoll machine show".
std::string full_name(const CLI::App& command) {
  return command.get_parent() == nullptr ? command.get_name()
                                         : full_name(*command.get_parent()) + " " + command.get_name();
}

// What was not expected: a flag if there is one, since the words behind an unknown flag are its would-be values.
std::string unexpected_text(const CLI::App& command) {
  const std::vector<std::string> words = command.remaining();
  const std::string first = words.empty() ? "" : words.front();
  const bool has_subcommands = !command.get_subcommands([](const CLI::App*) { return true; }).empty();
  if (has_subcommands && !first.starts_with("-")) return fmt::format("unknown subcommand '{}'", first);
  const auto flag = std::find_if(words.begin(), words.end(), [](const std::string& w) { return w.starts_with("-"); });
  return flag != words.end() ? fmt::format("unknown flag {}", flag->substr(0, flag->find('=')))
                             : fmt::format("unexpected argument '{}'", first);
}

int usage_error(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& command = chosen_command(app);
  // A word in place of a subcommand is left over when the parser misses one.
  const bool unexpected = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr ||
                          (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr && !command.remaining().empty());
  const std::string text = unexpected ? unexpected_text(command) : std::string(error.what());
  print_error(make_error(ErrorCode::kUsage, "{}; see '{} --help'", text, full_name(command)));
  return static_cast<int>(ErrorCode::kUsage);
}

// 0, or the exit status of what the parser has to say.
int parse(CLI::App& app, int argc, char** argv, bool& done) {
  done = true;
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    const CLI::App& command = chosen_command(app);
    print_text(command.help(command.get_parent() == nullptr ? "" : full_name(*command.get_parent())));
    return 0;
  } catch (const CLI::CallForVersion&) {
    print_text(version_text());
    return 0;
  } catch (const CLI::ParseError& error) {
    return usage_error(app, error);
  }
  done = false;
  return 0;
}

int exit_status(const Status& status) {
  if (status.ok()) return 0;
  print_error(status.error());
  return status.error().exit_status();
}

int parse_and_run(int argc, char** argv) {
  CLI::App app("Atoll: quantize, compile, simulate and verify TensorFlow Lite models for integer-only accelerators.",
               "atoll");
  app.set_version_flag("--version", "");
  app.require_subcommand(1);
  app.failure_message(CLI::FailureMessage::simple);
  Action action;
  add_commands(app, action);

  bool done = false;
  int status = parse(app, argc, argv, done);
  if (!done) status = exit_status(action());
  // What a failing command printed so far is not worth a second error.
  return status != 0 ? (std::fflush(stdout), status) : exit_status(finish_output());
}

}  // namespace

int run_command_line(int argc, char** argv) {
  try {
    return parse_and_run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "atoll: internal error: {}\n", error.what());
  } catch (...) {
    fmt::print(stderr, "atoll: internal error: an unknown exception\n");
  }
  fmt::print(stderr, "This is a bug in Atoll; please report it with the command line and the input file.\n");
  return kBug;
}

}  // namespace atl::tools
