// A file written piece by piece.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "common/base/result.h"

namespace atl {

// For what is too large to be held in memory whole. Like write_file() it fills a temporary file in the same folder that
// takes the name at the end, so that a reader never sees half a file and an existing one survives a failure; a pipe or
// device is written directly.
class FileWriter {
 public:
  // kIo when the file can't be made.
  static Result<FileWriter> create(const std::string& path);
  FileWriter(FileWriter&& other) noexcept;
  FileWriter& operator=(FileWriter&&) = delete;
  ~FileWriter();  // without commit(): nothing remains

  void write(std::string_view text);  // what goes wrong is told by commit()
  // Everything is written, and the file has its name. kIo when some of it failed. Once.
  Status commit();

 private:
  FileWriter(std::string path, std::string temporary, std::FILE* file)
      : path_(std::move(path)), temporary_(std::move(temporary)), file_(file) {}

  std::string path_, temporary_;  // equal for a pipe or device
  std::FILE* file_ = nullptr;
  int error_ = 0;  // errno of the first failure
};

}  // namespace atl
