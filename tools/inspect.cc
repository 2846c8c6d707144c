// atoll inspect MODEL.tflite | OUT_atoll.tflite | PROGRAM
#include <CLI/CLI.hpp>

#include "tools/commands.h"
#include "tools/console.h"
#include "tools/inspect_model.h"
#include "tools/inspect_program.h"
#include "tools/model_file.h"

namespace atl::tools {
namespace {

struct Options {
  std::string path;
  bool ir = false, constants = false, json = false;
};

Status inspect(const Options& options) {
  ATOLL_ASSIGN(const Bytes bytes, read_file(options.path));
  if (looks_like_program(bytes)) {
    if (options.ir) return make_error(ErrorCode::kUsage, "--ir is for models, and {} is a program", options.path);
    return inspect_program(options.path, bytes, options.constants, options.json);
  }
  ATOLL_ASSIGN(const graph::Model model, open_model(options.path));
  return inspect_model({options.path, bytes.size(), model, options.constants}, options.ir, options.json);
}

}  // namespace

void add_inspect(CLI::App& app, Action& action) {
  auto [command, options] = add_command(app, action, "inspect", "What is in a model, a compiled model or a program.",
                                        "atoll inspect model_atoll.tflite", inspect);
  command->add_option("FILE", options->path, "a .tflite model, plain or compiled, or a program")->required();
  CLI::Option* ir = command->add_flag("--ir", options->ir, "print every tensor and operator instead of a summary");
  CLI::Option* constants = command->add_flag("--constants", options->constants,
                                             "disassemble constants too, so that `asm` can read the text");
  command->add_flag("--json", options->json, "print JSON")->excludes(ir)->excludes(constants);
}

}  // namespace atl::tools
