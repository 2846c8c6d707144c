#include "tools/commands.h"

namespace atl::tools {

void add_commands(CLI::App& app, Action& action) {
  add_quantize(app, action);
  add_compile(app, action);
  add_simulate(app, action);
  add_run(app, action);
  add_verify(app, action);
  add_inspect(app, action);
  add_asm(app, action);
  add_machine(app, action);
  add_docs(app, action);
}

}  // namespace atl::tools
