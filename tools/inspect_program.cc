#include "tools/inspect_program.h"

#include <algorithm>
#include <map>

#include "isa/disassembler.h"
#include "tools/table.h"

namespace atl::tools {
namespace {

constexpr std::string_view kIdentifier = "ATLP";  // isa/program.fbs
constexpr size_t kIdentifierAt = 4;               // of a flatbuffer

// Mnemonic and how often it occurs in the main code.
std::map<std::string, int64_t> instruction_counts(const isa::Program& program) {
  std::map<std::string, int64_t> counts;
  for (const isa::Instruction& instruction : program.main)
    ++counts[std::string(isa::mnemonic_of(instruction.operation))];
  return counts;
}

std::vector<int64_t> instructions_of_ops(const isa::Program& program) {
  std::vector<int64_t> counts(program.debug_ops.size(), 0);
  for (const int32_t op : program.debug_of_instruction) {
    if (op >= 0) ++counts[static_cast<size_t>(op)];
  }
  return counts;
}

Json bindings_json(const std::vector<isa::Binding>& bindings) {
  Json json = Json::array();
  for (const isa::Binding& b : bindings) {
    json.push_back({{"name", b.name}, {"tensor", b.tensor}, {"offchip", b.offchip}, {"bytes", b.bytes}});
  }
  return json;
}

}  // namespace

bool looks_like_program(std::span<const uint8_t> bytes) {
  return bytes.size() >= kIdentifierAt + kIdentifier.size() &&
         std::equal(kIdentifier.begin(), kIdentifier.end(), bytes.begin() + kIdentifierAt);
}

std::string program_summary(const isa::Program& program) {
  Table table("ll");
  const auto row = [&](const std::string& name, const std::string& value) { table.add({name, value}); };
  row("machine", fmt::format("{}, {} x {} tiles", program.machine_name, program.grid_rows, program.grid_columns));
  row("ISA version", fmt::format("{}", program.isa_version));
  row("instructions", fmt::format("{} preload, {} main", grouped(static_cast<int64_t>(program.preload.size())),
                                  grouped(static_cast<int64_t>(program.main.size()))));
  for (const auto& [mnemonic, count] : instruction_counts(program)) row("  " + mnemonic, grouped(count));
  row("lane programs", fmt::format("{}", program.lane_programs.size()));
  row("constants", grouped(static_cast<int64_t>(program.constants.size())) + " bytes");
  row("off-chip memory", grouped(static_cast<int64_t>(program.offchip_bytes)) + " bytes");
  row("SRAM at most", grouped(static_cast<int64_t>(program.sram_peak_bytes)) + " bytes");
  return table.text("# ");
}

Json program_json(const isa::Program& program) {
  Json json{{"machine", program.machine_name},
            {"isa_version", program.isa_version},
            {"functional_hash", fmt::format("{:016x}", program.functional_hash)},
            {"timing_hash", fmt::format("{:016x}", program.timing_hash)},
            {"grid", {program.grid_rows, program.grid_columns}},
            {"preload_instructions", program.preload.size()},
            {"main_instructions", program.main.size()},
            {"instructions", instruction_counts(program)},
            {"lane_programs", program.lane_programs.size()},
            {"constant_bytes", program.constants.size()},
            {"offchip_bytes", program.offchip_bytes},
            {"sram_peak_bytes", program.sram_peak_bytes},
            {"inputs", bindings_json(program.inputs)},
            {"outputs", bindings_json(program.outputs)},
            {"state", bindings_json(program.state)}};
  const std::vector<int64_t> counts = instructions_of_ops(program);
  json["ops"] = Json::array();
  for (size_t i = 0; i < program.debug_ops.size(); ++i) {
    const isa::DebugOp& op = program.debug_ops[i];
    json["ops"].push_back({{"op", op.op}, {"label", op.label}, {"macs", op.macs}, {"instructions", counts[i]}});
  }
  return json;
}

Status inspect_program(const std::string& path, std::span<const uint8_t> bytes, bool constants, bool json) {
  Result<isa::Program> program = isa::decode_program(bytes);
  if (!program.ok()) return std::move(program).error().with_place(path);
  if (json) {
    Json all{{"file", path}, {"kind", "program"}, {"file_bytes", bytes.size()}};
    all.update(program_json(*program));
    print_json(all);
    return {};
  }
  print("# {}: program, {} bytes\n", path, grouped(static_cast<int64_t>(bytes.size())));
  print_text(program_summary(*program));
  print_text(isa::disassemble(*program, {.constants = constants}));
  return {};
}

}  // namespace atl::tools
