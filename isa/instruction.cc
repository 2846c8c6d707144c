// Bytes of an instruction: opcode (8 bits), wait mask (6), signal mask (6), then the fields of isa.def in order, each
// `bits` wide (two's complement if signed). Bits fill each byte from its least significant end; zero bits pad the last
// byte.
#include "isa/instruction.h"

#include <algorithm>
#include <array>
#include <string>

#include "isa/fields.h"

namespace atl::isa {
namespace {

constexpr std::array<std::string_view, kUnits + 1> kUnitNames = {"dma_load", "dma_store", "weights", "array",
                                                                 "output",   "vector",    "control"};

class BitWriter {
 public:
  explicit BitWriter(std::vector<uint8_t>& bytes) : bytes_(bytes) {}
  void put(uint64_t value, int bits) {
    while (bits > 0) {
      if (used_ == 0) bytes_.push_back(0);
      const int count = std::min(8 - used_, bits);
      bytes_.back() = static_cast<uint8_t>(bytes_.back() | (value & ((1u << count) - 1)) << used_);
      value >>= count;
      bits -= count;
      used_ = (used_ + count) % 8;
    }
  }

 private:
  std::vector<uint8_t>& bytes_;
  int used_ = 0;  // bits of the last byte
};

// The caller makes sure that the bits asked for are there.
class BitReader {
 public:
  explicit BitReader(std::span<const uint8_t> bytes) : bytes_(bytes) {}
  uint64_t take(int bits) {
    uint64_t value = 0;
    for (int have = 0; have < bits;) {
      const int used = static_cast<int>(position_ % 8);
      const int count = std::min(8 - used, bits - have);
      value |= ((uint64_t{bytes_[position_ / 8]} >> used) & ((1u << count) - 1)) << have;
      have += count;
      position_ += static_cast<size_t>(count);
    }
    return value;
  }
  int64_t take_signed(int bits) {
    const uint64_t value = take(bits);
    const uint64_t sign = uint64_t{1} << (bits - 1);
    return static_cast<int64_t>((value ^ sign) - sign);
  }

 private:
  std::span<const uint8_t> bytes_;
  size_t position_ = 0;
};

constexpr int kHeadBits = 8 + 2 * kUnits;

int operation_bits(const Operation& operation) {
  int bits = kHeadBits;
  for_each_value(operation, [&](const Field& field, int64_t) { bits += field.bits; });
  return bits;
}

void encode_one(const Instruction& instruction, size_t index, std::vector<uint8_t>& bytes) {
  const Operation& operation = instruction.operation;
  const Opcode opcode = std::visit(
      []<typename Op>(const Op&) {
        if constexpr (std::is_same_v<Op, std::monostate>)
          return Opcode::kHalt;
        else
          return Op::kOpcode;
      },
      operation);
  ATOLL_CHECK(instruction.wait >> kUnits == 0 && instruction.signal >> kUnits == 0, "instruction {}: masks", index);
  BitWriter writer(bytes);
  writer.put(static_cast<uint8_t>(opcode), 8);
  writer.put(instruction.wait, kUnits);
  writer.put(instruction.signal, kUnits);
  for_each_value(operation, [&](const Field& field, int64_t value) {
    ATOLL_CHECK(value >= field.minimum() && value <= field.maximum(), "instruction {}: {} {} = {} is not in {} .. {}",
                index, mnemonic_of(operation), field.name, value, field.minimum(), field.maximum());
    writer.put(static_cast<uint64_t>(value), field.bits);
  });
}

Error decode_error(size_t index, size_t offset, const std::string& what) {
  return make_error(ErrorCode::kInvalid, "instruction {} at byte {}: {}", index, offset, what);
}

// Decodes the instruction at the front of `bytes`, which is not empty, and moves `bytes` past it.
Result<Instruction> decode_one(std::span<const uint8_t>& bytes, size_t index, size_t offset) {
  const std::optional<Operation> known = operation_with_opcode(bytes[0]);
  if (!known) return decode_error(index, offset, fmt::format("no instruction has opcode {:#04x}", bytes[0]));
  Instruction instruction{*known};
  const size_t size = encoded_bytes(*known);
  if (bytes.size() < size) {
    return decode_error(index, offset,
                        fmt::format("the code ends inside a {}: {} of its {} bytes are there", mnemonic_of(*known),
                                    bytes.size(), size));
  }
  BitReader reader(bytes.first(size));
  reader.take(8);
  instruction.wait = static_cast<UnitMask>(reader.take(kUnits));
  instruction.signal = static_cast<UnitMask>(reader.take(kUnits));
  set_values(instruction.operation, [&](const Field& field) {
    return field.is_signed ? reader.take_signed(field.bits) : static_cast<int64_t>(reader.take(field.bits));
  });
  const int padding = static_cast<int>(size) * 8 - operation_bits(*known);
  if (reader.take(padding) != 0) {
    return decode_error(index, offset,
                        fmt::format("the {} padding bits of a {} are not 0", padding, mnemonic_of(*known)));
  }
  bytes = bytes.subspan(size);
  return instruction;
}

}  // namespace

std::string_view unit_name(Unit unit) { return kUnitNames.at(static_cast<size_t>(unit)); }

Unit unit_of(const Operation& operation) {
  return std::visit(
      []<typename Op>(const Op&) {
        if constexpr (std::is_same_v<Op, std::monostate>)
          return Unit::kControl;
        else
          return Op::kUnit;
      },
      operation);
}

std::string_view mnemonic_of(const Operation& operation) {
  return std::visit(
      []<typename Op>(const Op&) -> std::string_view {
        if constexpr (std::is_same_v<Op, std::monostate>)
          return "nothing";
        else
          return Op::kMnemonic;
      },
      operation);
}

std::optional<Operation> operation_with_opcode(uint8_t code) {
  switch (code) {
#define ATOLL_INSTRUCTION(Name, mnemonic, opcode, unit, doc, ...) \
  case opcode:                                                    \
    return Name{};
#include "isa/isa.def"
#undef ATOLL_INSTRUCTION
    default: return std::nullopt;
  }
}

std::optional<Operation> operation_named(std::string_view wanted) {
  for (const Operation& operation : all_operations()) {
    if (mnemonic_of(operation) == wanted) return operation;
  }
  return std::nullopt;
}

const std::vector<Operation>& all_operations() {
  static const std::vector<Operation> operations = {
#define ATOLL_INSTRUCTION(Name, mnemonic, opcode, unit, doc, ...) Name{},
#include "isa/isa.def"
#undef ATOLL_INSTRUCTION
  };
  return operations;
}

size_t encoded_bytes(const Operation& operation) { return static_cast<size_t>(operation_bits(operation) + 7) / 8; }

std::vector<uint8_t> encode(const Code& code) {
  std::vector<uint8_t> bytes;
  for (size_t i = 0; i < code.size(); ++i) encode_one(code[i], i, bytes);
  return bytes;
}

Result<Code> decode(std::span<const uint8_t> bytes) {
  Code code;
  const size_t total = bytes.size();
  while (!bytes.empty()) {
    ATOLL_ASSIGN(Instruction instruction, decode_one(bytes, code.size(), total - bytes.size()));
    code.push_back(std::move(instruction));
  }
  return code;
}

}  // namespace atl::isa
