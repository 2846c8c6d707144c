#include "common/base/file_writer.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace atl {
namespace {

bool is_special(const std::string& path) {
  std::error_code ignored;
  const auto status = std::filesystem::status(path, ignored);
  return std::filesystem::exists(status) && !std::filesystem::is_regular_file(status);
}

Error write_error(const std::string& path, int error) {
  return make_error(ErrorCode::kIo, "{}: can't write: {}", path, std::strerror(error != 0 ? error : EIO));
}

}  // namespace

Result<FileWriter> FileWriter::create(const std::string& path) {
  std::string temporary = is_special(path) ? path : fmt::format("{}.tmp{}", path, ::getpid());
  std::FILE* file = std::fopen(temporary.c_str(), "wb");
  if (file == nullptr) return write_error(path, errno);
  return FileWriter(path, std::move(temporary), file);
}

FileWriter::FileWriter(FileWriter&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::move(other.temporary_)),
      file_(std::exchange(other.file_, nullptr)),
      error_(other.error_) {}

FileWriter::~FileWriter() {
  if (file_ == nullptr) return;
  std::fclose(file_);
  if (temporary_ != path_) std::remove(temporary_.c_str());
}

void FileWriter::write(std::string_view text) {
  if (error_ != 0 || text.empty()) return;
  if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) error_ = errno != 0 ? errno : EIO;
}

Status FileWriter::commit() {
  if (std::fclose(std::exchange(file_, nullptr)) != 0 && error_ == 0) error_ = errno != 0 ? errno : EIO;
  const bool renames = temporary_ != path_;
  if (error_ == 0 && renames && std::rename(temporary_.c_str(), path_.c_str()) != 0) error_ = errno;
  if (error_ == 0) return {};
  if (renames) std::remove(temporary_.c_str());
  return write_error(path_, error_);
}

}  // namespace atl
