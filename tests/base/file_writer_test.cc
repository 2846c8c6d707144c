#include "common/base/file_writer.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "common/base/file.h"

using namespace atl;
namespace fs = std::filesystem;

namespace {

struct Folder {
  fs::path path = fs::temp_directory_path() / "atoll_file_writer_test";
  Folder() {
    fs::remove_all(path);
    fs::create_directory(path);
  }
  ~Folder() { fs::remove_all(path); }
  size_t files() const { return static_cast<size_t>(std::distance(fs::directory_iterator(path), {})); }
};

std::string text_of(const fs::path& path) {
  const Result<Bytes> bytes = read_file(path.string());
  REQUIRE(bytes.ok());
  return std::string(bytes->begin(), bytes->end());
}

}  // namespace

TEST_CASE("a file written in pieces takes its name when it is whole") {
  const Folder folder;
  const fs::path path = folder.path / "f";
  REQUIRE(write_file(path.string(), std::string_view("old")).ok());
  Result<FileWriter> writer = FileWriter::create(path.string());
  REQUIRE(writer.ok());
  writer->write("new ");
  writer->write("");
  writer->write("text");
  CHECK(text_of(path) == "old");
  CHECK(writer->commit().ok());
  CHECK(text_of(path) == "new text");
  CHECK(folder.files() == 1);
}

TEST_CASE("without commit() nothing remains of a file") {
  const Folder folder;
  const fs::path path = folder.path / "f";
  REQUIRE(write_file(path.string(), std::string_view("old")).ok());
  {
    Result<FileWriter> writer = FileWriter::create(path.string());
    REQUIRE(writer.ok());
    writer->write("half");
  }
  CHECK(text_of(path) == "old");
  CHECK(folder.files() == 1);
}

TEST_CASE("a file that can't be written in pieces") {
  const auto missing = FileWriter::create("/no/such/folder/file");
  REQUIRE(!missing.ok());
  CHECK(missing.error().code() == ErrorCode::kIo);
  CHECK(missing.error().text() == "/no/such/folder/file: can't write: No such file or directory");
  Result<FileWriter> full = FileWriter::create("/dev/full");
  REQUIRE(full.ok());
  full->write("x");
  const Status status = full->commit();
  REQUIRE(!status.ok());
  CHECK(status.error().text() == "/dev/full: can't write: No space left on device");
}
