#include "common/arrays/array_reader.h"

#include <zip.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "common/arrays/npy_header.h"
#include "common/base/check.h"

namespace atl::arrays {
namespace {

constexpr std::string_view kSuffix = ".npy";
// Before the text: mark, version, and a length of 2 or 4 bytes.
constexpr size_t kShortPrefix = 10, kLongPrefix = 12;
constexpr size_t kMaxHeaderBytes = size_t{1} << 20;

struct FileClose {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, FileClose>;

class FileSource : public ByteSource {
 public:
  FileSource(File file, uint64_t bytes) : file_(std::move(file)), remaining_(bytes) {}

  Status read(std::span<uint8_t> to) override {
    if (!to.empty() && std::fread(to.data(), 1, to.size(), file_.get()) != to.size()) {
      return make_error(ErrorCode::kIo, "can't read: {}",
                        std::ferror(file_.get()) ? std::strerror(errno) : "the file became shorter meanwhile");
    }
    remaining_ -= to.size();
    return {};
  }
  uint64_t remaining() const override { return remaining_; }

 private:
  File file_;
  uint64_t remaining_;
};

class MemorySource : public ByteSource {
 public:
  explicit MemorySource(Bytes bytes) : bytes_(std::move(bytes)) {}

  Status read(std::span<uint8_t> to) override {
    ATOLL_CHECK(to.size() <= remaining(), "{} bytes asked for, {} left", to.size(), remaining());
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(position_), to.size(), to.begin());
    position_ += to.size();
    return {};
  }
  uint64_t remaining() const override { return bytes_.size() - position_; }

 private:
  Bytes bytes_;
  size_t position_ = 0;
};

struct ArchiveDiscard {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct EntryClose {
  void operator()(zip_file_t* entry) const { zip_fclose(entry); }
};

class EntrySource : public ByteSource {
 public:
  EntrySource(std::shared_ptr<zip_t> archive, zip_file_t* entry, uint64_t bytes)
      : archive_(std::move(archive)), entry_(entry), remaining_(bytes) {}

  Status read(std::span<uint8_t> to) override {
    for (size_t done = 0; done < to.size();) {
      const zip_int64_t got = zip_fread(entry_.get(), to.data() + done, to.size() - done);
      if (got <= 0) {
        return make_error(ErrorCode::kInvalid, "can't be unpacked: {}",
                          got < 0 ? zip_file_strerror(entry_.get()) : "less is there than the archive says");
      }
      done += static_cast<size_t>(got);
    }
    remaining_ -= to.size();
    return remaining_ == 0 ? check_end() : Status();
  }
  uint64_t remaining() const override { return remaining_; }

 private:
  // libzip compares the checksum when it is asked for more than there is.
  Status check_end() {
    uint8_t more = 0;
    const zip_int64_t got = zip_fread(entry_.get(), &more, 1);
    if (got == 0) return {};
    return make_error(ErrorCode::kInvalid, "can't be unpacked: {}",
                      got < 0 ? zip_file_strerror(entry_.get()) : "more is there than the archive says");
  }

  std::shared_ptr<zip_t> archive_;  // outlives the entry
  std::unique_ptr<zip_file_t, EntryClose> entry_;
  uint64_t remaining_;
};

// The header's text, and the source at the first element.
Result<std::string> read_header_text(ByteSource& source) {
  const auto cut_short = [] { return make_error(ErrorCode::kInvalid, "the .npy header is cut short"); };
  uint8_t prefix[kLongPrefix];
  if (source.remaining() < kShortPrefix) return make_error(ErrorCode::kInvalid, "not a .npy array: it is too short");
  ATOLL_TRY(source.read(std::span(prefix).first(kShortPrefix)));
  if (std::memcmp(prefix, "\x93NUMPY", 6) != 0) {
    return make_error(ErrorCode::kInvalid, "not a .npy array: it does not start with the NumPy mark");
  }
  const int major = prefix[6];
  if (major < 1 || major > 3) {
    return make_error(ErrorCode::kInvalid, ".npy format version {}.{} is unknown; versions 1 to 3 are read", major,
                      prefix[7]);
  }
  size_t length = prefix[8] | size_t{prefix[9]} << 8;
  if (major > 1) {
    if (source.remaining() < kLongPrefix - kShortPrefix) return cut_short();
    ATOLL_TRY(source.read(std::span(prefix).subspan(kShortPrefix)));
    length |= size_t{prefix[10]} << 16 | size_t{prefix[11]} << 24;
  }
  if (source.remaining() < length) return cut_short();
  if (length > kMaxHeaderBytes) return make_error(ErrorCode::kInvalid, "the .npy header has {} bytes", length);
  std::string text(length, ' ');
  ATOLL_TRY(source.read({reinterpret_cast<uint8_t*>(text.data()), text.size()}));
  return text;
}

Result<std::shared_ptr<zip_t>> open_archive(const std::string& path) {
  int code = 0;
  zip_t* archive = zip_open(path.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code);
  if (!archive) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string message = zip_error_strerror(&error);
    zip_error_fini(&error);
    return make_error(ErrorCode::kInvalid, "{}: not a valid .npz archive: {}", path, message);
  }
  return std::shared_ptr<zip_t>(archive, ArchiveDiscard());
}

Result<std::vector<ArrayReader>> open_npz(const std::string& path) {
  ATOLL_ASSIGN(const std::shared_ptr<zip_t> archive, open_archive(path));
  const auto count = static_cast<uint64_t>(std::max<zip_int64_t>(0, zip_get_num_entries(archive.get(), 0)));
  std::vector<ArrayReader> readers;
  for (uint64_t i = 0; i < count; ++i) {
    zip_stat_t stat;
    zip_stat_init(&stat);
    if (zip_stat_index(archive.get(), i, 0, &stat) != 0 || !(stat.valid & ZIP_STAT_NAME) ||
        !(stat.valid & ZIP_STAT_SIZE)) {
      return make_error(ErrorCode::kInvalid, "{}: entry {} of the archive can't be read", path, i);
    }
    const std::string name = stat.name;
    if (!name.ends_with(kSuffix)) {
      return make_error(ErrorCode::kInvalid, "{}: entry '{}' of the archive is not a .npy array", path, name);
    }
    const std::string place = fmt::format("{}: array '{}'", path, name);
    zip_file_t* entry = zip_fopen_index(archive.get(), i, 0);
    if (!entry) {
      return make_error(ErrorCode::kInvalid, "{}: can't be unpacked: {}", place, zip_strerror(archive.get()));
    }
    ATOLL_ASSIGN(ArrayReader reader, ArrayReader::create(name.substr(0, name.size() - kSuffix.size()), place,
                                                         std::make_unique<EntrySource>(archive, entry, stat.size)));
    readers.push_back(std::move(reader));
  }
  return readers;
}

// A pipe has no size and can't be read twice: its arrays are read whole.
Result<std::vector<ArrayReader>> open_special(const std::string& path) {
  ATOLL_ASSIGN(NamedArrays arrays, read_arrays(path));
  std::vector<ArrayReader> readers;
  for (auto& [name, array] : arrays) readers.emplace_back(name, std::move(array));
  return readers;
}

}  // namespace

ArrayReader::ArrayReader(std::string name, Array array)
    : name_(std::move(name)),
      type_(array.type),
      shape_(std::move(array.shape)),
      source_(std::make_unique<MemorySource>(std::move(array.bytes))) {}

Result<ArrayReader> ArrayReader::create(std::string name, std::string place, std::unique_ptr<ByteSource> npy) {
  Result<ArrayReader> reader = parse(std::move(name), std::move(npy));
  if (!reader.ok()) return std::move(reader).error().with_place(place);
  reader->place_ = std::move(place);
  return reader;
}

Result<ArrayReader> ArrayReader::parse(std::string name, std::unique_ptr<ByteSource> npy) {
  ATOLL_ASSIGN(const std::string text, read_header_text(*npy));
  ATOLL_ASSIGN(NpyHeader header, parse_npy_header(text));
  if (npy->remaining() != static_cast<uint64_t>(header.bytes)) {
    return make_error(ErrorCode::kInvalid, "the array's shape and type need {} bytes of elements, the file has {}",
                      header.bytes, npy->remaining());
  }
  if (header.fortran_order && header.shape.size() > 1) {
    Array array{header.type, std::move(header.shape), Bytes(static_cast<size_t>(header.bytes))};
    ATOLL_TRY(npy->read(array.bytes));
    array.bytes = fortran_to_c_order(array.bytes, array.shape, element_bytes(array.type));
    return ArrayReader(std::move(name), std::move(array));
  }
  ArrayReader reader;
  reader.name_ = std::move(name);
  reader.type_ = header.type;
  reader.shape_ = std::move(header.shape);
  reader.source_ = std::move(npy);
  return reader;
}

Status ArrayReader::read(std::span<uint8_t> to) {
  ATOLL_CHECK(to.size() <= source_->remaining(), "array {}: {} bytes asked for, {} left", name_, to.size(),
              source_->remaining());
  Status status = source_->read(to);
  if (!status.ok()) return std::move(status).error().with_place(place_);
  return {};
}

Result<std::vector<ArrayReader>> open_arrays(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return open_special(path);
  File file(std::fopen(path.c_str(), "rb"));
  const auto size = std::filesystem::file_size(path, error);
  if (!file || error) return make_error(ErrorCode::kIo, "{}: can't open: {}", path, std::strerror(errno));
  char mark[2] = {};
  if (std::fread(mark, 1, sizeof mark, file.get()) == sizeof mark && mark[0] == 'P' && mark[1] == 'K') {
    return open_npz(path);
  }
  std::rewind(file.get());
  ATOLL_ASSIGN(ArrayReader reader, ArrayReader::create("0", path, std::make_unique<FileSource>(std::move(file), size)));
  std::vector<ArrayReader> readers;
  readers.push_back(std::move(reader));
  return readers;
}

}  // namespace atl::arrays
