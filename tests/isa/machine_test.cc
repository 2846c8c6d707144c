#include "isa/machine.h"

#include <catch2/catch.hpp>

#include "common/base/file.h"

using namespace atl;
using namespace atl::isa;

namespace {

Machine preset(const std::string& name) {
  auto machine = load_machine(name);
  INFO((machine.ok() ? std::string() : machine.error().text()));
  REQUIRE(machine.ok());
  return *machine;
}

// The error text of the edge preset with `from` replaced by `to`.
std::string error_with(const std::string& from, const std::string& to) {
  std::string json = machine_json(preset("edge"));
  const size_t at = json.find(from);
  REQUIRE(at != std::string::npos);
  json.replace(at, from.size(), to);
  const auto machine = parse_machine(json, "m.json");
  REQUIRE(!machine.ok());
  CHECK(machine.error().code() == ErrorCode::kInvalid);
  return machine.error().text();
}

}  // namespace

TEST_CASE("every preset loads, names itself and survives a round trip") {
  CHECK(preset_names() == std::vector<std::string>{"edge", "mcu", "tiny", "coral", "coral-pcie", "coral-usb2"});
  CHECK(preset_names().front() == kDefaultMachine);
  for (const std::string& name : preset_names()) {
    const Machine machine = preset(name);
    CHECK(machine.name == name);
    const auto again = parse_machine(machine_json(machine), "again");
    REQUIRE(again.ok());
    CHECK(*again == machine);
  }
  CHECK(preset("coral-usb3") == preset("coral"));
}

TEST_CASE("the figures of the fixed machines") {
  const Machine edge = preset("edge");
  CHECK(edge.peak_macs_per_cycle() == 4096);
  CHECK(edge.sram_bandwidth() == 512);
  CHECK(edge.offchip_latency_cycles() == 48);
  const Machine mcu = preset("mcu");
  CHECK(mcu.sram_bandwidth() == 64);
  CHECK(mcu.offchip_latency_cycles() == 50);
  const Machine tiny = preset("tiny");
  CHECK(tiny.sram_bytes == 8192);
  CHECK(tiny.offchip_latency_cycles() == 10);
  const Machine coral = preset("coral");
  CHECK(coral.tiles() == 16);
  CHECK(coral.offchip_bytes_per_cycle == 0);
  CHECK(coral.link_bytes_per_second == 415e6);
}

TEST_CASE("hashes cover their own figures and nothing else") {
  const Machine edge = preset("edge");
  Machine other = edge;
  other.name = "other";
  other.description = "another text";
  CHECK(other.functional_hash() == edge.functional_hash());
  CHECK(other.timing_hash() == edge.timing_hash());
  other.offchip_latency_ns = 101;
  CHECK(other.functional_hash() == edge.functional_hash());
  CHECK(other.timing_hash() != edge.timing_hash());
  other = edge;
  other.rows = 32;
  CHECK(other.functional_hash() != edge.functional_hash());
  CHECK(other.timing_hash() == edge.timing_hash());
  // The coral presets differ in nothing but their link.
  CHECK(preset("coral").functional_hash() == preset("coral-usb2").functional_hash());
  // Programs store hashes: a changed value would orphan every program made so far.
  CHECK(edge.functional_hash() == 0x54fccd9e5c78fddfu);
  CHECK(edge.timing_hash() == 0x527d4b0f872da5a0u);
}

TEST_CASE("latency is rounded up to whole cycles, but not because of binary fractions") {
  Machine machine = preset("edge");
  machine.clock_hz = 1'000'000'000;
  for (int ns = 0; ns < 1000; ++ns) {
    machine.offchip_latency_ns = ns;
    REQUIRE(machine.offchip_latency_cycles() == ns);
  }
  machine.offchip_latency_ns = 10.1;
  CHECK(machine.offchip_latency_cycles() == 11);
}

TEST_CASE("an unknown machine is a usage error that lists the known ones") {
  const auto machine = load_machine("edgy");
  REQUIRE(!machine.ok());
  CHECK(machine.error().code() == ErrorCode::kUsage);
  CHECK(machine.error().text() ==
        "no machine is called 'edgy'; the known ones are edge, mcu, tiny, coral, coral-pcie, coral-usb2, "
        "and a .json file with a description of your own");
  CHECK(load_machine("nowhere/m.json").error().code() == ErrorCode::kIo);
}

TEST_CASE("every figure out of range is reported at once") {
  const auto machine = parse_machine(R"({"name": "", "rows": 0, "columns": 2000, "lanes": 4, "accumulator_rows": 63,
      "sram_bytes": 8192, "clock_hz": 100000000, "sram_banks": 2, "sram_bank_bytes_per_cycle": 3,
      "offchip_bytes_per_cycle": 7, "offchip_burst_bytes": 0, "sram_parameter_bytes": 8193, "queue_depth": 8,
      "host_macs_per_second": 1e9, "host_bytes_per_second": nan, "offchip_latency_ns": -1})",
                                     "m.json");
  REQUIRE(!machine.ok());
  CHECK(machine.error().text() ==
        "m.json: rows is 0, but must be 1 to 1024\n"
        "m.json: columns is 2000, but must be 1 to 1024\n"
        "m.json: offchip_latency_ns is -1, but must be 0 to 1000000\n"
        "m.json: host_bytes_per_second is nan, but must be 1 to 1e+18\n"
        "m.json: name is empty; give the machine a name\n"
        "m.json: accumulator_rows is 63, but must be even: its halves are used in turn\n"
        "m.json: sram_bank_bytes_per_cycle is 3, but must be a power of two\n"
        "m.json: sram_parameter_bytes is 8193, more than the sram_bytes of 8192\n"
        "m.json: offchip_bytes_per_cycle is 7, more than the SRAM's 6 (sram_banks x sram_bank_bytes_per_cycle)\n"
        "m.json: offchip_burst_bytes is 0, but a machine with off-chip memory needs at least 1");
}

TEST_CASE("missing figures, unknown names and wrong types are refused") {
  CHECK(parse_machine(R"({"name": "x", "rows": 4, "columns": 4, "lanes": 4, "accumulator_rows": 64})", "m.json")
            .error()
            .text() ==
        "m.json: sram_bytes is missing\nm.json: clock_hz is missing\nm.json: sram_banks is missing\n"
        "m.json: sram_bank_bytes_per_cycle is missing\nm.json: offchip_bytes_per_cycle is missing\n"
        "m.json: queue_depth is missing\nm.json: host_macs_per_second is missing\nm.json: host_bytes_per_second is "
        "missing");
  CHECK(error_with("\"rows\"", "\"rowss\"") == "m.json: line 6: 13: error: unknown field: rowss");
  CHECK(error_with("\"rows\": 64", "\"rows\": 64.5") ==
        "m.json: line 6: 14: error: Cannot assign token starting with 'float constant' to value of <int> type.");
  CHECK(
      error_with("\"rows\": 64", "\"rows\": 6400000000000") ==
      "m.json: line 24: 0: error: invalid number: \"6400000000000\", constant does not fit [-2147483648; 2147483647]");
  CHECK(error_with("\"rows\": 64", "\"rows\": [64]") ==
        "m.json: line 6: 11: error: Cannot assign token starting with '[' to value of <int> type.");
  CHECK(error_with("\"rows\": 64,", "\"rows\": 64, \"rows\": 65,") ==
        "m.json: line 6: 25: error: field set more than once: rows");
  CHECK(error_with("\"name\": \"edge\",", "") ==
        "m.json: line 24: 0: error: required field is missing: name in Machine");
  CHECK(error_with("}", "") == "m.json: line 24: 0: error: expecting: , instead got: end of file");
}

TEST_CASE("text that is no machine at all is refused") {
  const std::vector<std::string> texts = {"",
                                          "{",
                                          "[]",
                                          "null",
                                          "\"edge\"",
                                          std::string(100000, '['),
                                          std::string("{}\0", 3),
                                          "{\"name\": \"\\ud800\"}",
                                          "{\"name\": \"\xff\xfe\"}",
                                          "TFL3",
                                          std::string(2 << 20, ' ')};
  for (const std::string& text : texts) {
    const auto machine = parse_machine(text, "m.json");
    INFO(text.substr(0, 30));
    REQUIRE(!machine.ok());
    CHECK(machine.error().code() == ErrorCode::kInvalid);
    CHECK(machine.error().text().starts_with("m.json: "));
  }
}

TEST_CASE("a link alone feeds a machine; without one it is refused") {
  Machine machine = preset("coral");
  machine.link_bytes_per_second = 0;
  const auto parsed = parse_machine(machine_json(machine), "m.json");
  REQUIRE(!parsed.ok());
  CHECK(parsed.error().text() ==
        "m.json: offchip_bytes_per_cycle and link_bytes_per_second are both 0, so nothing feeds the SRAM; give one of "
        "them");
}
