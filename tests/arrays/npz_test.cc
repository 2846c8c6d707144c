#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <filesystem>
#include <string>

#include "common/arrays/array.h"

using namespace atl;
using namespace atl::arrays;

namespace {

std::string scratch(const std::string& name) {
  return (std::filesystem::temp_directory_path() / fmt::format("atoll_npz_test_{}_{}", ::getpid(), name)).string();
}

Array bytes_array(size_t count, uint8_t first) {
  Array array{ElementType::kUint8, {static_cast<int64_t>(count)}, Bytes(count)};
  for (size_t i = 0; i < count; ++i) array.bytes[i] = static_cast<uint8_t>(first + i);
  return array;
}

Bytes from_hex(const std::string& hex) {
  Bytes bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

// What read_arrays says of a file with these bytes.
Result<NamedArrays> read_bytes(const Bytes& bytes) {
  const std::string path = scratch("read");
  REQUIRE(write_file(path, bytes).ok());
  auto result = read_arrays(path);
  std::filesystem::remove(path);
  return result;
}

// np.savez_compressed(f, x=np.array([[1, 2], [3, 4]], np.uint8), y=np.float32(1.5)) by NumPy 2.4.
const char* const kCompressedByNumpy =
    "504b03042d000000080000002100825f58ebffffffffffffffff05001400782e6e70790100100084000000000000004a"
    "000000000000009bec17ea1b10c9c850c650ad9e925a9c5ca46ea5a05e536aa8aea3a09e965f54529498179f5f94920a"
    "12774bcc294e058a17672416a402f91a463a0a469a3a0ab50a64032e4626661600504b03042d00000008000000210025"
    "13e65dffffffffffffffff05001400792e6e707901001000840000000000000046000000000000009bec17ea1b10c9c8"
    "50c650ad9e925a9c5ca46ea5a06e9366a2aea3a09e965f54529498179f5f94920a12774bcc294e058a17672416a402f9"
    "1a9a3a0ab50a14012e068603f600504b01022d032d000000080000002100825f58eb4a00000084000000050000000000"
    "000000000000800100000000782e6e7079504b01022d032d0000000800000021002513e65d4600000084000000050000"
    "000000000000000000800181000000792e6e7079504b0506000000000200020066000000fe0000000000";

}  // namespace

TEST_CASE("arrays come back in order, with their names, types and bytes") {
  const std::string path = scratch("order.npz");
  NamedArrays arrays;
  arrays.emplace_back("serving_default/input:0", bytes_array(300, 7));
  arrays.emplace_back("0", Array{ElementType::kFloat32, {}, {0, 0, 0x80, 0x3F}});
  arrays.emplace_back("größe", bytes_array(0, 0));
  REQUIRE(write_npz(path, arrays).ok());
  const auto back = read_arrays(path);
  REQUIRE(back.ok());
  REQUIRE(back->size() == 3);
  for (size_t i = 0; i < 3; ++i) {
    CHECK((*back)[i].first == arrays[i].first);
    CHECK((*back)[i].second.type == arrays[i].second.type);
    CHECK((*back)[i].second.shape == arrays[i].second.shape);
    CHECK((*back)[i].second.bytes == arrays[i].second.bytes);
  }
  std::filesystem::remove(path);
}

TEST_CASE("the bytes of a .npz depend on the arrays alone") {
  const std::string first = scratch("first.npz"), second = scratch("second.npz");
  NamedArrays arrays;
  arrays.emplace_back("a", bytes_array(10, 1));
  arrays.emplace_back("b", bytes_array(100000, 2));
  REQUIRE(write_npz(first, arrays).ok());
  REQUIRE(write_npz(second, arrays).ok());
  const Bytes bytes = read_file(first).value();
  CHECK(bytes == read_file(second).value());
  // Local file header, offset 10: time of day, then date: 0:00 on 1 January 1980.
  CHECK(Bytes(bytes.begin() + 10, bytes.begin() + 14) == Bytes{0, 0, 0x21, 0});
  std::filesystem::remove(first);
  std::filesystem::remove(second);
}

TEST_CASE("an archive without arrays is written and read") {
  const std::string path = scratch("empty.npz");
  REQUIRE(write_npz(path, {}).ok());
  const auto back = read_arrays(path);
  REQUIRE(back.ok());
  CHECK(back->empty());
  std::filesystem::remove(path);
}

TEST_CASE("a compressed archive by NumPy is read") {
  const auto arrays = read_bytes(from_hex(kCompressedByNumpy));
  REQUIRE(arrays.ok());
  REQUIRE(arrays->size() == 2);
  CHECK((*arrays)[0].first == "x");
  CHECK((*arrays)[0].second.shape == std::vector<int64_t>{2, 2});
  CHECK((*arrays)[0].second.bytes == Bytes{1, 2, 3, 4});
  CHECK((*arrays)[1].first == "y");
  CHECK((*arrays)[1].second.type == ElementType::kFloat32);
  float value = 0;
  std::memcpy(&value, (*arrays)[1].second.bytes.data(), 4);
  CHECK(value == 1.5f);
}

TEST_CASE("a lone .npy is one array named 0") {
  const auto arrays = read_bytes(format_npy(bytes_array(5, 3)));
  REQUIRE(arrays.ok());
  REQUIRE(arrays->size() == 1);
  CHECK((*arrays)[0].first == "0");
  CHECK((*arrays)[0].second.bytes == Bytes{3, 4, 5, 6, 7});
}

TEST_CASE("files that are not arrays are refused with their name") {
  const auto missing = read_arrays("/no/such/file.npz");
  REQUIRE_FALSE(missing.ok());
  CHECK(missing.error().code() == ErrorCode::kIo);
  CHECK(missing.error().text() == "/no/such/file.npz: can't open: No such file or directory");

  const std::string path = scratch("text.npz");
  REQUIRE(write_file(path, std::string_view("digits and more digits")).ok());
  const auto text = read_arrays(path);
  REQUIRE_FALSE(text.ok());
  CHECK(text.error().code() == ErrorCode::kInvalid);
  CHECK(text.error().text() == path + ": not a .npy array: it does not start with the NumPy mark");

  REQUIRE(write_file(path, std::string_view("PK\x03\x04 and then nothing")).ok());
  const auto zip = read_arrays(path);
  REQUIRE_FALSE(zip.ok());
  CHECK(zip.error().code() == ErrorCode::kInvalid);
  CHECK(zip.error().text() == path + ": not a valid .npz archive: Not a zip archive");
  std::filesystem::remove(path);

  NamedArrays twice;
  twice.emplace_back("a", bytes_array(1, 1));
  twice.emplace_back("a", bytes_array(1, 2));
  const Status written = write_npz(path, twice);
  REQUIRE_FALSE(written.ok());
  CHECK(written.error().text() == path + ": array 'a' can't be stored: File already exists");
  CHECK_FALSE(std::filesystem::exists(path));

  CHECK(write_npz("/no/such/folder/x.npz", {}).error().code() == ErrorCode::kIo);
}

TEST_CASE("truncated or altered archives never crash, and a truncated one is never accepted") {
  const Bytes good = from_hex(kCompressedByNumpy);
  for (size_t length = 0; length < good.size(); length += 3) {
    CHECK_FALSE(read_bytes(Bytes(good.begin(), good.begin() + static_cast<ptrdiff_t>(length))).ok());
  }
  uint64_t state = 9;
  for (int round = 0; round < 3000; ++round) {
    Bytes bytes = good;
    for (int change = 0; change < 2; ++change) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      bytes[(state >> 33) % bytes.size()] = static_cast<uint8_t>(state >> 25);
    }
    const auto result = read_bytes(bytes);
    if (!result.ok()) CHECK_FALSE(result.error().text().empty());
  }
}
