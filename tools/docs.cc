// atoll docs isa: pages of docs/ that are generated from tables (docs/generated.txt). For developers, not in --help.
#include <CLI/CLI.hpp>

#include "compiler/lower/ops_page.h"
#include "isa/manual.h"
#include "tools/commands.h"
#include "tools/console.h"

namespace atl::tools {
namespace {

struct Options {};

Status print_isa(const Options&) {
  print_text(isa::isa_manual());
  return {};
}

Status print_ops(const Options&) {
  print_text(compiler::ops_page());
  return {};
}

}  // namespace

void add_docs(CLI::App& app, Action& action) {
  CLI::App* docs = app.add_subcommand("docs", "Prints a generated page of the documentation.");
  docs->group("");  // not listed
  docs->require_subcommand(1);
  docs->footer("Example:\n  atoll docs isa > docs/isa.md");
  add_command(*docs, action, "isa", "The instruction set's manual.", "atoll docs isa > docs/isa.md", print_isa);
  add_command(*docs, action, "ops", "The operators and where they run.", "atoll docs ops > docs/ops.md", print_ops);
}

}  // namespace atl::tools
