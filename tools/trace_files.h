// The traces that `atoll simulate` writes.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "common/base/result.h"
#include "simulator/trace/traced_run.h"

namespace atl::tools {

struct TraceFlags {
  std::string trace, itrace, vcd;  // files; empty: none

  void add_to(CLI::App& command);
  // Each file is there whole or not at all. kIo.
  Status write(const simulator::TracedRun& run) const;
};

}  // namespace atl::tools
