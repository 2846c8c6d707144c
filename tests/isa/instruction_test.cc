#include "isa/instruction.h"

#include <catch2/catch.hpp>

#include <random>
#include <set>

#include "isa/fields.h"

using namespace atl;
using namespace atl::isa;

namespace {

// All fields random over their whole ranges, with the ends of the ranges often.
Instruction random_instruction(const Operation& kind, std::mt19937_64& random) {
  Instruction instruction{kind};
  instruction.wait = static_cast<UnitMask>(random() % (1 << kUnits));
  instruction.signal = static_cast<UnitMask>(random() % (1 << kUnits));
  set_values(instruction.operation, [&](const Field& field) {
    switch (random() % 4) {
      case 0: return field.minimum();
      case 1: return field.maximum();
      default: return std::uniform_int_distribution<int64_t>(field.minimum(), field.maximum())(random);
    }
  });
  return instruction;
}

}  // namespace

TEST_CASE("opcodes and mnemonics are unique and found again") {
  std::set<uint8_t> opcodes;
  std::set<std::string_view> mnemonics;
  for (const Operation& operation : all_operations()) {
    const std::vector<uint8_t> bytes = encode({{operation}});
    CHECK(opcodes.insert(bytes[0]).second);
    CHECK(mnemonics.insert(mnemonic_of(operation)).second);
    CHECK(operation_with_opcode(bytes[0]) == operation);
    CHECK(operation_named(mnemonic_of(operation)) == operation);
    CHECK(bytes.size() == encoded_bytes(operation));
  }
  CHECK(all_operations().size() == std::variant_size_v<Operation> - 1);
  CHECK(!operation_with_opcode(0xff));
  CHECK(!operation_named("nothing"));
}

TEST_CASE("an instruction's bytes are as the manual says") {
  TileWindow window;
  window.tile = 0x1234;
  window.height = 0x5678;
  window.width = 1;
  window.offchip_offset = -1;
  const std::vector<uint8_t> bytes = encode({{window, unit_bit(Unit::kDmaLoad), unit_bit(Unit::kVector)}});
  // opcode 02; wait 000001, signal 100000: 01 | 00 0000 10 00; then each field from bit 4 of its byte on; 4 zero bits.
  CHECK(bytes == std::vector<uint8_t>{0x02, 0x01, 0x48, 0x23, 0x81, 0x67, 0x15, 0x00, 0xf0, 0xff, 0xff, 0xff, 0x0f});
}

TEST_CASE("every instruction survives encoding with any field values") {
  std::mt19937_64 random(1);
  Code code;
  for (int round = 0; round < 200; ++round) {
    for (const Operation& operation : all_operations()) code.push_back(random_instruction(operation, random));
  }
  const auto decoded = decode(encode(code));
  REQUIRE(decoded.ok());
  CHECK(*decoded == code);
}

TEST_CASE("signed fields hold negative numbers in their own width") {
  Matmul matmul;
  matmul.origin_y = -65536;
  matmul.origin_x = 65535;
  matmul.zero_point = -256;
  const auto decoded = decode(encode({{matmul}}));
  REQUIRE(decoded.ok());
  CHECK((*decoded)[0].operation == Operation(matmul));
}

TEST_CASE("code that is cut off, unknown or padded with ones is refused with its place") {
  std::vector<uint8_t> bytes = encode({{Halt{}}, {Requantize{}}});
  CHECK(decode(std::span(bytes).first(bytes.size() - 1)).error().text() ==
        "instruction 1 at byte 3: the code ends inside a requantize: 37 of its 38 bytes are there");
  std::vector<uint8_t> unknown = {0x00, 0x00, 0x00, 0x77};
  CHECK(decode(unknown).error().text() == "instruction 1 at byte 3: no instruction has opcode 0x77");
  bytes[2] = 0x10;
  CHECK(decode(bytes).error().text() == "instruction 0 at byte 0: the 4 padding bits of a halt are not 0");
  CHECK(decode({})->empty());
}

TEST_CASE("decoding random bytes never crashes, and what decodes encodes to the same bytes") {
  std::mt19937 random(2);
  int accepted = 0;
  for (int round = 0; round < 20000; ++round) {
    std::vector<uint8_t> bytes(random() % 400);
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
    // Mostly known opcodes at the start, so that more than the first byte is looked at.
    if (!bytes.empty()) bytes[0] = encode({{all_operations()[random() % all_operations().size()]}})[0];
    if (const auto code = decode(bytes); code.ok()) {
      ++accepted;
      REQUIRE(encode(*code) == bytes);
    }
  }
  std::vector<uint8_t> whole = encode({{Vector{}}});
  for (size_t i = 3; i < whole.size() - 1; ++i) whole[i] = static_cast<uint8_t>(random());
  const auto code = decode(whole);
  REQUIRE(code.ok());
  CHECK(encode(*code) == whole);
}
