#include "common/base/file.h"

#include <catch2/catch.hpp>
#include <filesystem>

using namespace atl;

namespace {
std::string scratch(const std::string& name) {
  return (std::filesystem::temp_directory_path() / ("atoll_file_test_" + name)).string();
}
}  // namespace

TEST_CASE("a written file is read back byte for byte") {
  const std::string path = scratch("roundtrip");
  Bytes bytes;
  for (int i = 0; i < 100000; ++i) bytes.push_back(static_cast<uint8_t>(i * 7));
  REQUIRE(write_file(path, bytes).ok());
  REQUIRE(read_file(path).value() == bytes);
  std::filesystem::remove(path);
}

TEST_CASE("a missing file is an I/O error that names it") {
  const auto result = read_file("/no/such/folder/file");
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().code() == ErrorCode::kIo);
  CHECK(result.error().text() == "/no/such/folder/file: can't open: No such file or directory");
}

TEST_CASE("an unwritable place leaves nothing behind") {
  const auto result = write_file("/no/such/folder/file", std::string_view("x"));
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().text() == "/no/such/folder/file: can't write: No such file or directory");
}

TEST_CASE("a full device is reported") {
  if (!std::filesystem::exists("/dev/full")) return;
  const auto result = write_file("/dev/full", std::string_view("x"));
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().text() == "/dev/full: can't write: No space left on device");
}

TEST_CASE("collected errors end in one error with every message") {
  ErrorCollector errors;
  errors.add(make_error(ErrorCode::kInvalid, "first {}", 1));
  errors.add(Status());
  errors.add(make_error(ErrorCode::kInvalid, "second"));
  const Status status = std::move(errors).status();
  REQUIRE_FALSE(status.ok());
  CHECK(status.error().text() == "first 1\nsecond");
  CHECK(ErrorCollector().empty());
}
