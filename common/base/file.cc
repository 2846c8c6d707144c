#include "common/base/file.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

namespace atl {
namespace {

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using FileHandle = std::unique_ptr<std::FILE, FileCloser>;

// A file may claim any size; beyond this one the buffer grows with what is really read.
constexpr uintmax_t kLargestReserve = uintmax_t{1} << 30;

Error io_error(const std::string& path, const char* action) {
  return make_error(ErrorCode::kIo, "{}: can't {}: {}", path, action, std::strerror(errno));
}

Status write_all(const std::string& path, std::span<const uint8_t> bytes) {
  FileHandle file(std::fopen(path.c_str(), "wb"));
  if (!file) return io_error(path, "open for writing");
  // fwrite wants an address even for nothing.
  if (!bytes.empty() && std::fwrite(bytes.data(), 1, bytes.size(), file.get()) != bytes.size()) {
    return io_error(path, "write");
  }
  if (std::fclose(file.release()) != 0) return io_error(path, "write");
  return {};
}

// A pipe or device (/dev/stdout, /dev/full) can't be replaced by renaming.
bool is_special(const std::string& path) {
  std::error_code ignored;
  const auto status = std::filesystem::status(path, ignored);
  return std::filesystem::exists(status) && !std::filesystem::is_regular_file(status);
}

}  // namespace

Result<Bytes> read_file(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return make_error(ErrorCode::kIo, "{}: can't read: it is a folder", path);
  }
  FileHandle file(std::fopen(path.c_str(), "rb"));
  if (!file) return io_error(path, "open");
  // One buffer of the file's size, where it has one; what is read decides, for pipes and files that change meanwhile.
  const auto size = std::filesystem::is_regular_file(path, ignored) ? std::filesystem::file_size(path, ignored) : 0;
  Bytes bytes;
  if (!ignored) bytes.reserve(static_cast<size_t>(std::min<uintmax_t>(size, kLargestReserve)));
  uint8_t block[1 << 16];
  for (size_t got; (got = std::fread(block, 1, sizeof block, file.get())) > 0;) {
    bytes.insert(bytes.end(), block, block + got);
  }
  if (std::ferror(file.get())) return io_error(path, "read");
  return bytes;
}

Status write_file(const std::string& path, std::span<const uint8_t> bytes) {
  if (is_special(path)) return write_all(path, bytes);
  const std::string temporary = fmt::format("{}.tmp{}", path, ::getpid());
  Status written = write_all(temporary, bytes);
  if (written.ok() && std::rename(temporary.c_str(), path.c_str()) != 0) written = io_error(path, "write");
  if (!written.ok()) {
    std::remove(temporary.c_str());
    return make_error(ErrorCode::kIo, "{}: can't write: {}", path, std::strerror(errno ? errno : EIO));
  }
  return {};
}

Status write_file(const std::string& path, std::string_view text) {
  return write_file(path, std::span(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
}

}  // namespace atl
