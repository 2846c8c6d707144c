#include "isa/packing.h"

#include <catch2/catch.hpp>

#include <random>

#include "tests/isa/sample_program.h"

using namespace atl;
using namespace atl::isa;

TEST_CASE("packing: what comes out is what went in") {
  std::mt19937 random(5);
  for (int round = 0; round < 2000; ++round) {
    std::vector<uint8_t> bytes(random() % 300);
    const size_t period = 1 + random() % 13, noise = random() % 100;
    for (size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] = i < period || random() % 100 < noise ? static_cast<uint8_t>(random()) : bytes[i - period];
    }
    const std::vector<uint8_t> packed = pack(bytes);
    REQUIRE(packed.size() <= 8 + bytes.size() + (bytes.size() + 63) / 64);
    const auto back = unpack(packed);
    REQUIRE(back.ok());
    REQUIRE(*back == bytes);
  }
}

TEST_CASE("packing: zeros and what repeats every 4 or 12 bytes takes little") {
  CHECK(pack(std::vector<uint8_t>(6400)).size() == 8 + 100 * 2);
  std::vector<uint8_t> bytes(6400);
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(1 + i % 12);
  // The first 12 bytes, and 100 blocks of two bytes.
  CHECK(pack(bytes).size() <= 8 + 100 * 2 + 12 + 2);
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(1 + i % 4);
  CHECK(pack(bytes).size() <= 8 + 100 * 2 + 4 + 1);
  CHECK(pack({}).size() == 8);
}

TEST_CASE("packed bytes that are damaged are refused") {
  std::vector<uint8_t> bytes(200, 7);
  bytes[20] = 1;
  const std::vector<uint8_t> packed = pack(bytes);
  for (size_t size = 0; size < packed.size(); ++size) CHECK(!unpack(std::span(packed).first(size)).ok());
  std::vector<uint8_t> longer = packed;
  longer.push_back(0);
  CHECK(unpack(longer).error().text() == "packed bytes are damaged");
  std::vector<uint8_t> mode = packed;
  mode[8] = 4;
  CHECK(!unpack(mode).ok());
  std::vector<uint8_t> huge = packed;  // claims more than could be in it: nothing is reserved for it
  huge[7] = 0x7f;
  CHECK(!unpack(huge).ok());
  std::mt19937 random(6);
  for (int round = 0; round < 5000; ++round) {
    std::vector<uint8_t> any(8 + random() % 60);
    any[0] = static_cast<uint8_t>(random());
    for (size_t i = 8; i < any.size(); ++i) any[i] = static_cast<uint8_t>(random() % 6);
    if (const auto found = unpack(any); found.ok()) CHECK(found->size() == any[0]);
  }
}

TEST_CASE("differences of code") {
  Code code;
  for (int i = 0; i < 5; ++i) {
    Matmul m = sample_matmul();
    m.sram += static_cast<u32>(i);
    code.push_back({m});
    code.push_back({sample_requantize(), 3, 1});
  }
  code.push_back({Halt{}});
  std::vector<uint8_t> bytes = encode(code);
  const std::vector<uint8_t> differences = code_differences(bytes);
  CHECK(code_from_differences(differences) == bytes);
  CHECK(pack(differences).size() * 3 < bytes.size());
  // Bytes that are no code come back too.
  bytes.resize(bytes.size() - 5);
  CHECK(code_from_differences(code_differences(bytes)) == bytes);
  bytes[encoded_bytes(code[0].operation)] = 0xff;
  CHECK(code_from_differences(code_differences(bytes)) == bytes);
}
