// atoll asm PROGRAM.s -o PROGRAM
#include <CLI/CLI.hpp>

#include "common/base/file.h"
#include "isa/assembler.h"
#include "tools/commands.h"
#include "tools/console.h"

namespace atl::tools {
namespace {

struct Options {
  std::string source, output;
  bool json = false;
};

Status assemble(const Options& options) {
  ATOLL_ASSIGN(const Bytes bytes, read_file(options.source));
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  ATOLL_ASSIGN(const isa::Program program, isa::assemble(text, options.source));
  if (options.output.empty()) return make_error(ErrorCode::kUsage, "-o is missing: where to write the program");
  const std::vector<uint8_t> encoded = isa::encode(program);
  ATOLL_TRY(write_file(options.output, encoded));
  if (options.json) {
    print_json({{"output", options.output},
                {"bytes", encoded.size()},
                {"preload_instructions", program.preload.size()},
                {"main_instructions", program.main.size()}});
  } else {
    print("{}: {} instructions, {} bytes\n", options.output, program.preload.size() + program.main.size(),
          encoded.size());
  }
  return {};
}

}  // namespace

void add_asm(CLI::App& app, Action& action) {
  auto [command, options] = add_command(app, action, "asm", "Assembles a program; `inspect` is the way back.",
                                        "atoll asm program.s -o program", assemble);
  command->add_option("PROGRAM.s", options->source, "the text of a program (docs/isa.md)")->required();
  command->add_option("-o,--output", options->output, "the program to write");
  command->add_flag("--json", options->json, "print JSON");
}

}  // namespace atl::tools
