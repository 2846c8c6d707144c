#include "tools/flags.h"

#include "isa/machine.h"

namespace atl::tools {

void add_machine_flag(CLI::App& command, std::string& machine) {
  machine = isa::kDefaultMachine;
  command.add_option("--machine", machine, "a machine's name (see `atoll machine list`) or FILE.json")
      ->type_name("NAME|FILE.json")
      ->capture_default_str();
}

void FcRequantFlag::add_to(CLI::App& command) {
  command
      .add_option("--fc-requant", value,
                  "how FULLY_CONNECTED rounds: double, as current runtimes do, or fixed, as older ones and "
                  "microcontrollers do")
      ->check(CLI::IsMember({"double", "fixed"}))
      ->capture_default_str();
}

void FidelityFlag::add_to(CLI::App& command) {
  command
      .add_option("--fidelity", value,
                  "fast: the timeline engine; cycle: the clocked SystemC model; pe: that, with array, weights and "
                  "output stage register by register")
      ->check(CLI::IsMember({"fast", "cycle", "pe"}))
      ->capture_default_str();
}

simulator::Fidelity FidelityFlag::fidelity() const {
  if (value == "pe") return simulator::Fidelity::kPe;
  return value == "cycle" ? simulator::Fidelity::kCycle : simulator::Fidelity::kFast;
}

}  // namespace atl::tools
