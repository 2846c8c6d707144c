// The command line as a whole: from argv to an exit status (docs/cli.md).
#pragma once

namespace atl::tools {

int run_command_line(int argc, char** argv);

}  // namespace atl::tools
