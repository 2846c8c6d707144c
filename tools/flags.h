// Flags that several subcommands share.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "common/kernels/interface/kernel.h"
#include "simulator/fidelity.h"

namespace atl::tools {

// --machine NAME|FILE.json, by default the preset that isa names.
void add_machine_flag(CLI::App& command, std::string& machine);

// --fc-requant double|fixed
struct FcRequantFlag {
  std::string value = "double";

  void add_to(CLI::App& command);
  bool fixed() const { return value == "fixed"; }
  kernels::FcRequant kernel_option() const {
    return fixed() ? kernels::FcRequant::kFixed : kernels::FcRequant::kDouble;
  }
};

// --fidelity fast|cycle|pe
struct FidelityFlag {
  std::string value = "fast";

  void add_to(CLI::App& command);
  simulator::Fidelity fidelity() const;
};

}  // namespace atl::tools
