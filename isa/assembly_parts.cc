#include "isa/assembly_parts.h"

#include <algorithm>

#include "isa/fields.h"

namespace atl::isa {
namespace {

// "weights,dma_load" as a mask.
UnitMask parse_units(std::string_view key, std::string_view names, AssemblyErrors& errors) {
  UnitMask mask = 0;
  while (!names.empty()) {
    const std::string_view name = names.substr(0, names.find(','));
    names.remove_prefix(std::min(names.size(), name.size() + 1));
    int unit = 0;
    while (unit < kUnits && unit_name(Unit{static_cast<uint8_t>(unit)}) != name) ++unit;
    if (unit == kUnits) {
      errors.add("{}: no unit is called '{}'", key, name);
    } else {
      mask = static_cast<UnitMask>(mask | 1u << unit);
    }
  }
  return mask;
}

// A register "r5" or table "t1": its number; nothing for anything else.
std::optional<uint8_t> parse_indexed(char letter, std::string_view text, int count) {
  if (text.size() < 2 || text.front() != letter || text[1] == '-') return std::nullopt;
  const std::optional<i128> number = parse_number(text.substr(1));
  if (!number || *number >= count) return std::nullopt;
  return static_cast<uint8_t>(*number);
}

// Stores one operand; false if the text is none of its kind.
bool parse_operand(char operand, std::string_view text, Primitive& p) {
  const auto store = [](std::optional<uint8_t> value, uint8_t& field) {
    if (value) field = *value;
    return value.has_value();
  };
  const auto number = [&](i128 low, i128 high) {
    const std::optional<i128> value = parse_number(text);
    return value && *value >= low && *value <= high ? value : std::nullopt;
  };
  switch (operand) {
    case 'd': return store(parse_indexed('r', text, kLaneRegisters), p.d);
    case 'a': return store(parse_indexed('r', text, kLaneRegisters), p.a);
    case 'c': return store(parse_indexed('r', text, kLaneRegisters), p.c);
    case 't': return store(parse_indexed('t', text, kLaneTables), p.c);
    case 'n': return store(number(0, kMaxShift), p.c);
    default: break;  // b: a register or an immediate
  }
  if (store(parse_indexed('r', text, kLaneRegisters), p.b)) return true;
  const std::optional<i128> immediate = number(INT32_MIN, INT32_MAX);
  if (immediate) p.immediate = static_cast<int32_t>(*immediate);
  return immediate.has_value();
}

std::string_view operand_kind(char operand) {
  switch (operand) {
    case 'n': return "a shift 0 .. 62";
    case 't': return "a table t0 or t1";
    case 'b': return "a register r0 .. r15 or a 32-bit number";
    default: return "a register r0 .. r15";
  }
}

}  // namespace

std::optional<Instruction> parse_instruction(const std::string& mnemonic, std::vector<Word> words,
                                             AssemblyErrors& errors) {
  const std::optional<Operation> operation = operation_named(mnemonic);
  if (!operation) {
    errors.add("there is no instruction '{}'", mnemonic);
    return std::nullopt;
  }
  Arguments arguments(mnemonic, std::move(words), errors);
  Instruction instruction{*operation};
  instruction.wait = parse_units("wait", arguments.take("wait").value_or(""), errors);
  instruction.signal = parse_units("signal", arguments.take("signal").value_or(""), errors);
  set_values(instruction.operation, [&](const Field& field) {
    return arguments.number<int64_t>(field.name, 0, field.minimum(), field.maximum());
  });
  arguments.finish();
  return instruction;
}

std::optional<Primitive> parse_primitive(const std::string& mnemonic, const std::vector<Word>& words,
                                         AssemblyErrors& errors) {
  const LaneOpInfo* info = lane_op_named(mnemonic);
  if (!info) {
    errors.add("there is no primitive '{}'", mnemonic);
    return std::nullopt;
  }
  if (words.size() != info->operands.size()) {
    errors.add("{} takes {} operands, not {}", mnemonic, info->operands.size(), words.size());
    return std::nullopt;
  }
  Primitive p{.op = info->op};
  for (size_t i = 0; i < words.size(); ++i) {
    std::string_view text = words[i].text;
    const bool last = i + 1 == words.size();
    if (!last && text.ends_with(',')) text.remove_suffix(1);
    if (parse_operand(info->operands[i], text, p)) continue;
    errors.add("{}: operand {} is '{}', but must be {}", mnemonic, i + 1, text, operand_kind(info->operands[i]));
  }
  return p;
}

void append_hex(const std::string& digits, std::vector<uint8_t>& bytes, AssemblyErrors& errors) {
  const auto value = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
  };
  const bool all_digits = std::all_of(digits.begin(), digits.end(), [&](char c) { return value(c) >= 0; });
  if (digits.size() % 2 != 0 || !all_digits) {
    errors.add("'{}' are not bytes in hexadecimal, two digits each", digits.substr(0, 80));
    return;
  }
  for (size_t i = 0; i < digits.size(); i += 2) {
    bytes.push_back(static_cast<uint8_t>(value(digits[i]) * 16 + value(digits[i + 1])));
  }
}

}  // namespace atl::isa
