#include "isa/disassembler.h"

#include <fmt/ranges.h>

#include "isa/fields.h"

namespace atl::isa {
namespace {

constexpr size_t kBytesPerLine = 32;

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string units_text(UnitMask mask) {
  std::vector<std::string_view> names;
  for (int u = 0; u < kUnits; ++u) {
    if (mask & unit_bit(Unit{static_cast<uint8_t>(u)})) names.push_back(unit_name(Unit{static_cast<uint8_t>(u)}));
  }
  return fmt::format("{}", fmt::join(names, ","));
}

bool is_address(std::string_view field) {
  return field == "sram" || field == "offchip" || field == "parameters" || field == "out" ||
         field.starts_with("table") || field == "in0" || field == "in1" || field == "in2";
}

class Printer {
 public:
  template <typename... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    text_ += '\n';
  }

  void constants(const std::vector<uint8_t>& bytes) {
    line(".constants");
    for (size_t at = 0; at < bytes.size(); at += kBytesPerLine) {
      text_ += "  ";
      for (size_t i = at; i < std::min(at + kBytesPerLine, bytes.size()); ++i) {
        constexpr std::string_view kDigits = "0123456789abcdef";
        text_ += kDigits[bytes[i] >> 4];
        text_ += kDigits[bytes[i] & 15];
      }
      line("  # {:#x}", at);
    }
  }

  void bindings(std::string_view directive, const std::vector<Binding>& bindings) {
    for (const Binding& b : bindings) {
      line("{} {} tensor={} offchip={:#x} bytes={}", directive, quoted(b.name), b.tensor, b.offchip, b.bytes);
    }
  }

  void lane_program(const LaneProgram& program, size_t index) {
    line(".lane  # {}", index);
    for (const Primitive& p : program.body) line("  {}", primitive_text(p));
    if (!program.tail.empty()) line(".tail");
    for (const Primitive& p : program.tail) line("  {}", primitive_text(p));
  }

  void debug_op(const DebugOp& op) {
    const bool shared = op.on_array_cycles != 0 || op.on_vector_cycles != 0;
    line(".op {} op={} macs={} array_cycles={} vector_cycles={} offchip_bytes={}{}", quoted(op.label), op.op, op.macs,
         op.array_cycles, op.vector_cycles, op.offchip_bytes,
         shared ? fmt::format(" on_array_cycles={} on_vector_cycles={}", op.on_array_cycles, op.on_vector_cycles) : "");
  }

  void materialized(const Materialized& tensor) {
    line(".materialized {} tensor={} {}={:#x} bytes={}{}{}", quoted(tensor.name), tensor.tensor,
         tensor.in_sram ? "sram" : "offchip", tensor.address, tensor.bytes,
         tensor.writers.empty() ? "" : " writers=", fmt::format("{}", fmt::join(tensor.writers, ",")));
  }

  void code(const Program& program, const Code& code, const std::vector<int32_t>& serves) {
    for (size_t i = 0; i < code.size(); ++i) {
      if (i < serves.size() && (i == 0 || serves[i] != serves[i - 1])) {
        if (serves[i] < 0) {
          line(".for none");
        } else {
          line(".for {}  # {}", serves[i], quoted(program.debug_ops.at(static_cast<size_t>(serves[i])).label));
        }
      }
      line("  {}  # {}", instruction_text(code[i]), i);
    }
  }

  std::string text() && { return std::move(text_); }

 private:
  std::string text_;
};

}  // namespace

std::string instruction_text(const Instruction& instruction) {
  std::string text(mnemonic_of(instruction.operation));
  if (instruction.wait) text += " wait=" + units_text(instruction.wait);
  if (instruction.signal) text += " signal=" + units_text(instruction.signal);
  for_each_value(instruction.operation, [&](const Field& field, int64_t value) {
    if (value == 0) return;
    text +=
        is_address(field.name) ? fmt::format(" {}={:#x}", field.name, value) : fmt::format(" {}={}", field.name, value);
  });
  return text;
}

std::string primitive_text(const Primitive& p) {
  const LaneOpInfo* info = lane_op_info(static_cast<uint8_t>(p.op));
  ATOLL_CHECK(info != nullptr, "no primitive has code {}", static_cast<int>(p.op));
  std::vector<std::string> operands;
  for (const char operand : info->operands) {
    switch (operand) {
      case 'd': operands.push_back(fmt::format("r{}", p.d)); break;
      case 'a': operands.push_back(fmt::format("r{}", p.a)); break;
      case 'b': operands.push_back(p.b == kImmediate ? fmt::format("{}", p.immediate) : fmt::format("r{}", p.b)); break;
      case 'c': operands.push_back(fmt::format("r{}", p.c)); break;
      case 'n': operands.push_back(fmt::format("{}", p.c)); break;
      case 't': operands.push_back(fmt::format("t{}", p.c)); break;
      default: ATOLL_CHECK(false, "lane.def: operand '{}' of {}", operand, info->mnemonic);
    }
  }
  return fmt::format("{} {}", info->mnemonic, fmt::join(operands, ", "));
}

std::string disassemble(const Program& p, const DisassemblyOptions& options) {
  Printer out;
  out.line(".isa {}", p.isa_version);
  out.line(".machine {} functional={:#x} timing={:#x} grid_rows={} grid_columns={}", quoted(p.machine_name),
           p.functional_hash, p.timing_hash, p.grid_rows, p.grid_columns);
  out.line(".offchip {}", p.offchip_bytes);
  out.line(".sram_peak {}", p.sram_peak_bytes);
  out.bindings(".input", p.inputs);
  out.bindings(".output", p.outputs);
  out.bindings(".state", p.state);
  if (options.constants) {
    if (!p.constants.empty()) out.constants(p.constants);
  } else {
    out.line("# {} bytes of constants are not shown", p.constants.size());
  }
  for (size_t i = 0; i < p.lane_programs.size(); ++i) out.lane_program(p.lane_programs[i], i);
  for (const DebugOp& op : p.debug_ops) out.debug_op(op);
  for (const Materialized& tensor : p.materialized) out.materialized(tensor);
  out.line(".preload");
  out.code(p, p.preload, {});
  out.line(".main");
  out.code(p, p.main, p.debug_of_instruction);
  return std::move(out).text();
}

}  // namespace atl::isa
