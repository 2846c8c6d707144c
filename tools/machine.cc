// atoll machine list | show NAME | check FILE.json
#include <CLI/CLI.hpp>

#include "common/base/file.h"
#include "isa/machine.h"
#include "tools/commands.h"
#include "tools/console.h"
#include "tools/table.h"

namespace atl::tools {
namespace {

struct ListOptions {
  bool json = false;
};

struct NameOptions {
  std::string name;
  bool json = false;
};

std::string hash_text(uint64_t hash) { return fmt::format("{:016x}", hash); }

std::string grid_text(const isa::Machine& m) { return fmt::format("{} x {}", m.grid_rows, m.grid_columns); }
std::string array_text(const isa::Machine& m) { return fmt::format("{} x {}", m.rows, m.columns); }

Status list_machines(const ListOptions& options) {
  Table table("lrrrrrl", {"name", "tiles", "array", "lanes", "SRAM bytes", "clock MHz", "description"});
  Json json = Json::array();
  for (const std::string& name : isa::preset_names()) {
    ATOLL_ASSIGN(const isa::Machine machine, isa::load_machine(name));
    table.add({name, grid_text(machine), array_text(machine), fmt::format("{}", machine.lanes),
               grouped(machine.sram_bytes), fmt::format("{:g}", static_cast<double>(machine.clock_hz) * 1e-6),
               machine.description});
    json.push_back(Json::parse(isa::machine_json(machine)));
  }
  if (options.json) {
    print_json(Json{{"machines", json}});
  } else {
    print_text(table.text());
  }
  return {};
}

// The description itself, in the form that --machine FILE.json takes.
Status show_machine(const NameOptions& options) {
  ATOLL_ASSIGN(const isa::Machine machine, isa::load_machine(options.name));
  print_text(isa::machine_json(machine));
  return {};
}

Status check_machine(const NameOptions& options) {
  ATOLL_ASSIGN(const Bytes json, read_file(options.name));
  const std::string_view text(reinterpret_cast<const char*>(json.data()), json.size());
  ATOLL_ASSIGN(const isa::Machine machine, isa::parse_machine(text, options.name));
  if (options.json) {
    print_json({{"name", machine.name},
                {"valid", true},
                {"functional_hash", hash_text(machine.functional_hash())},
                {"timing_hash", hash_text(machine.timing_hash())}});
    return {};
  }
  print("{}: machine '{}' is valid: {} tiles of {}, {:g} MACs a cycle at {:g} MHz\n", options.name, machine.name,
        grid_text(machine), array_text(machine), machine.peak_macs_per_cycle(),
        static_cast<double>(machine.clock_hz) * 1e-6);
  return {};
}

}  // namespace

void add_machine(CLI::App& app, Action& action) {
  CLI::App* machine = app.add_subcommand("machine", "List, show and check machine descriptions.");
  machine->require_subcommand(1);
  machine->footer("Example:\n  atoll machine show edge > my_machine.json");

  auto list =
      add_command(*machine, action, "list", "The machines that come along.", "atoll machine list", list_machines);
  list.app->add_flag("--json", list.options->json, "print JSON");

  auto show = add_command(*machine, action, "show", "A machine's description as JSON, a start for one of your own.",
                          "atoll machine show edge > my_machine.json", show_machine);
  show.app->add_option("NAME", show.options->name, "a machine's name, or a .json file")->required();
  show.app->add_flag("--json", show.options->json, "print JSON (always so)");

  auto check = add_command(*machine, action, "check", "Says whether a machine description is valid.",
                           "atoll machine check my_machine.json", check_machine);
  check.app->add_option("FILE.json", check.options->name, "the description")->required();
  check.app->add_flag("--json", check.options->json, "print JSON");
}

}  // namespace atl::tools
