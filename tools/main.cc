#include "tools/command_line.h"
#include "tools/process_memory.h"

int main(int argc, char** argv) {
  atl::tools::keep_process_memory();
  return atl::tools::run_command_line(argc, argv);
}
