#include "isa/program.h"

#include <catch2/catch.hpp>

#include <flatbuffers/flatbuffers.h>

#include <random>

#include "tests/isa/sample_program.h"

using namespace atl;
using namespace atl::isa;

namespace {

std::string refusal(const std::vector<uint8_t>& bytes) {
  const auto program = decode_program(bytes);
  REQUIRE(!program.ok());
  CHECK(program.error().code() == ErrorCode::kInvalid);
  return program.error().text();
}

}  // namespace

TEST_CASE("a program survives its file, which is the same every time") {
  const Program program = sample_program();
  const std::vector<uint8_t> bytes = encode(program);
  CHECK(bytes == encode(sample_program()));
  const auto decoded = decode_program(bytes);
  INFO((decoded.ok() ? std::string() : decoded.error().text()));
  REQUIRE(decoded.ok());
  CHECK(*decoded == program);
  CHECK(encode(*decoded) == bytes);
  CHECK(validate(program, tiny()).ok());
}

TEST_CASE("a program is read from any address") {
  const std::vector<uint8_t> bytes = encode(sample_program());
  for (size_t shift = 1; shift < 8; ++shift) {
    std::vector<uint8_t> moved(shift);
    moved.insert(moved.end(), bytes.begin(), bytes.end());
    const auto decoded = decode_program(std::span(moved).subspan(shift));
    REQUIRE(decoded.ok());
    REQUIRE(*decoded == sample_program());
  }
}

TEST_CASE("files that are no programs are refused") {
  const std::string no_mark = "program: not an Atoll program: the file does not carry its mark 'ATLP'";
  CHECK(refusal({}) == no_mark);
  CHECK(refusal({1, 2, 3, 4, 'A', 'T', 'L'}) == no_mark);
  CHECK(refusal({1, 2, 3, 4, 'T', 'F', 'L', '3', 0, 0}) == no_mark);
  Program program = sample_program();
  program.isa_version = 77;
  CHECK(refusal(encode(program)) == "program: it is of ISA version 77, but this is version 3; compile the model again");
}

TEST_CASE("a truncated program is refused wherever it is cut") {
  const std::vector<uint8_t> bytes = encode(sample_program());
  const std::string damaged = "program: the file is damaged: it is truncated or offsets in it are wrong";
  int damage = 0;
  for (size_t size = 8; size < bytes.size(); ++size) {
    const auto program = decode_program(std::span(bytes).first(size));
    if (program.ok()) continue;  // the end of the file may be padding or a part that an optional field skips
    ++damage;
    REQUIRE((program.error().text() == damaged || size > bytes.size() / 2));
  }
  CHECK(damage >= static_cast<int>(bytes.size()) - 16);
}

TEST_CASE("bit flips never crash; what is still accepted is a program that checks") {
  const std::vector<uint8_t> bytes = encode(sample_program());
  int accepted = 0;
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::vector<uint8_t> flipped = bytes;
    flipped[bit / 8] = static_cast<uint8_t>(flipped[bit / 8] ^ 1 << bit % 8);
    const auto program = decode_program(flipped);
    if (!program.ok()) continue;
    ++accepted;
    REQUIRE(check(*program).ok());
    (void)validate(*program, tiny());
  }
  CHECK(accepted > 100);
  std::mt19937 random(3);
  for (int round = 0; round < 3000; ++round) {
    std::vector<uint8_t> garbled = bytes;
    for (int i = 0; i < 6; ++i) garbled[8 + random() % (bytes.size() - 8)] = static_cast<uint8_t>(random());
    const auto program = decode_program(garbled);
    if (program.ok()) (void)validate(*program, tiny());
  }
}

TEST_CASE("a file that names the same bytes over and over is refused, not expanded") {
  // 20,000 lane programs that are all the same table with a long body: some 100 KB that would become 100 MB.
  flatbuffers::FlatBufferBuilder to;
  const std::vector<uint8_t> body(512 * 12);
  to.StartVector(512, 12);
  to.PushBytes(body.data(), body.size());
  const auto body_offset = to.EndVector(512);
  const auto start = to.StartTable();
  to.AddOffset(4, flatbuffers::Offset<void>(body_offset));
  const flatbuffers::Offset<flatbuffers::Table> lane = to.EndTable(start);
  const auto lanes = to.CreateVector(std::vector<flatbuffers::Offset<flatbuffers::Table>>(20000, lane));
  const auto root = to.StartTable();
  to.AddElement<uint32_t>(4, kIsaVersion, 0);
  to.AddOffset(4 + 2 * 11, lanes);
  to.Finish(flatbuffers::Offset<flatbuffers::Table>(to.EndTable(root)), "ATLP");
  const std::vector<uint8_t> bytes(to.GetBufferPointer(), to.GetBufferPointer() + to.GetSize());
  CHECK(refusal(bytes) == "program: the file is damaged: parts of it overlap");
}
