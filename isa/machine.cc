#include "isa/machine.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "common/base/file.h"
#include "isa/machine_parser.h"
#include "isa/presets.h"

namespace atl::isa {
namespace {

// FNV-1a, 64 bits, over "name=value;" of each figure; a double counts by its bits.
class Hash {
 public:
  void add(std::string_view name, int64_t value) { add_text(fmt::format("{}={};", name, value)); }
  void add(std::string_view name, int32_t value) { add(name, int64_t{value}); }
  void add(std::string_view name, double value) { add(name, std::bit_cast<int64_t>(value + 0.0)); }
  uint64_t value() const { return hash_; }

 private:
  void add_text(const std::string& text) {
    for (const char c : text) hash_ = (hash_ ^ static_cast<uint8_t>(c)) * 0x100000001b3u;
  }
  uint64_t hash_ = 0xcbf29ce484222325u;
};

template <typename T>
void check_range(std::string_view name, T value, T minimum, T maximum, ErrorCollector& errors) {
  if (value >= minimum && value <= maximum) return;  // false for NaN
  errors.add(make_error(ErrorCode::kInvalid, "{} is {}, but must be {} to {}", name, value, minimum, maximum));
}

void check_relations(const Machine& m, ErrorCollector& errors) {
  const auto require = [&](bool holds, const std::string& problem) {
    if (!holds) errors.add(make_error(ErrorCode::kInvalid, "{}", problem));
  };
  require(!m.name.empty(), "name is empty; give the machine a name");
  require(m.accumulator_rows % 2 == 0,
          fmt::format("accumulator_rows is {}, but must be even: its halves are used in turn", m.accumulator_rows));
  require(m.sram_bank_bytes_per_cycle <= 0 || std::has_single_bit(static_cast<uint32_t>(m.sram_bank_bytes_per_cycle)),
          fmt::format("sram_bank_bytes_per_cycle is {}, but must be a power of two", m.sram_bank_bytes_per_cycle));
  require(
      m.sram_parameter_bytes <= m.sram_bytes,
      fmt::format("sram_parameter_bytes is {}, more than the sram_bytes of {}", m.sram_parameter_bytes, m.sram_bytes));
  require(m.offchip_bytes_per_cycle <= m.sram_bandwidth(),
          fmt::format("offchip_bytes_per_cycle is {}, more than the SRAM's {} (sram_banks x sram_bank_bytes_per_cycle)",
                      m.offchip_bytes_per_cycle, m.sram_bandwidth()));
  require(m.offchip_bytes_per_cycle == 0 || m.offchip_burst_bytes > 0,
          "offchip_burst_bytes is 0, but a machine with off-chip memory needs at least 1");
  require(m.offchip_bytes_per_cycle != 0 || m.link_bytes_per_second > 0,
          "offchip_bytes_per_cycle and link_bytes_per_second are both 0, so nothing feeds the SRAM; give one of them");
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<uint8_t>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<int>(c));
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

int64_t Machine::offchip_latency_cycles() const {
  // The product of two decimal figures is rounded to a thousandth of a cycle first: 100 ns at 480 MHz are 48 cycles,
  // not 49.
  const double cycles = offchip_latency_ns * static_cast<double>(clock_hz) * 1e-9;
  return static_cast<int64_t>(std::ceil(std::round(cycles * 1000) / 1000));
}

uint64_t Machine::functional_hash() const {
  Hash functional;
#define ATOLL_MACHINE(name, type, part, need, minimum, maximum) \
  if (std::string_view(#part) == "Functional") functional.add(#name, name);
#include "isa/machine_fields.def"
#undef ATOLL_MACHINE
  return functional.value();
}

uint64_t Machine::timing_hash() const {
  Hash timing;
#define ATOLL_MACHINE(name, type, part, need, minimum, maximum) \
  if (std::string_view(#part) == "Timing") timing.add(#name, name);
#include "isa/machine_fields.def"
#undef ATOLL_MACHINE
  return timing.value();
}

Status check(const Machine& machine) {
  ErrorCollector errors;
#define ATOLL_MACHINE(name, type, part, need, minimum, maximum) \
  check_range<type>(#name, machine.name, type{minimum}, type{maximum}, errors);
#include "isa/machine_fields.def"
#undef ATOLL_MACHINE
  check_relations(machine, errors);
  return std::move(errors).status();
}

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  for (const Preset& preset : presets()) names.emplace_back(preset.name);
  return names;
}

Result<Machine> load_machine(const std::string& name_or_path) {
  if (name_or_path.find('/') != std::string::npos || name_or_path.ends_with(".json")) {
    ATOLL_ASSIGN(const Bytes bytes, read_file(name_or_path));
    return parse_machine({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, name_or_path);
  }
  const std::string name = name_or_path == "coral-usb3" ? "coral" : name_or_path;
  for (const Preset& preset : presets()) {
    if (preset.name == name) return parse_machine(preset.json, name);
  }
  return make_error(ErrorCode::kUsage,
                    "no machine is called '{}'; the known ones are {}, and a .json file with a description of your own",
                    name_or_path, fmt::join(preset_names(), ", "));
}

std::string machine_json(const Machine& machine) {
  std::string text = fmt::format("{{\n  \"name\": \"{}\",\n  \"description\": \"{}\"", escaped(machine.name),
                                 escaped(machine.description));
#define ATOLL_MACHINE(name, type, part, need, minimum, maximum) \
  text += fmt::format(",\n  \"{}\": {}", #name, machine.name);
#include "isa/machine_fields.def"
#undef ATOLL_MACHINE
  return text + "\n}\n";
}

}  // namespace atl::isa
