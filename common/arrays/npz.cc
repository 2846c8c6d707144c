// .npz: a zip archive whose entries are .npy files, named <array>.npy. libzip works on archives in memory here, so that
// reading and writing go through file.h and a failed write leaves no half-written file.
#include <zip.h>

#include <algorithm>
#include <memory>

#include "common/arrays/array.h"

namespace atl::arrays {
namespace {

constexpr std::string_view kSuffix = ".npy";
// An archive can claim to unpack to far more than its size; beyond this it is refused.
constexpr uint64_t kMaxUnpackedBytes = uint64_t{4} << 30;
constexpr size_t kBlockBytes = size_t{1} << 20;
// 1 January 1980, the zip format's first day: bytes must not depend on the time of writing.
constexpr uint16_t kDosDate = (1 << 5) | 1;

struct ArchiveDiscard {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
using Archive = std::unique_ptr<zip_t, ArchiveDiscard>;

struct EntryClose {
  void operator()(zip_file_t* entry) const { zip_fclose(entry); }
};
using Entry = std::unique_ptr<zip_file_t, EntryClose>;

struct SourceFree {
  void operator()(zip_source_t* source) const { zip_source_free(source); }
};
using Source = std::unique_ptr<zip_source_t, SourceFree>;

std::string take_message(zip_error_t& error) {
  std::string message = zip_error_strerror(&error);
  zip_error_fini(&error);
  return message;
}

Result<Archive> open_archive(const Bytes& bytes) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  if (!source) return make_error(ErrorCode::kInvalid, "not a valid .npz archive: {}", take_message(error));
  zip_t* archive = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error);
  if (!archive) {
    zip_source_free(source);
    return make_error(ErrorCode::kInvalid, "not a valid .npz archive: {}", take_message(error));
  }
  zip_error_fini(&error);
  return Archive(archive);
}

Result<Bytes> read_entry(zip_t* archive, uint64_t index, uint64_t claimed) {
  const Entry entry(zip_fopen_index(archive, index, 0));
  if (!entry) return make_error(ErrorCode::kInvalid, "can't be unpacked: {}", zip_strerror(archive));
  Bytes bytes;
  // Grows with what is there, not with what the archive claims.
  for (;;) {
    const size_t before = bytes.size();
    bytes.resize(before + static_cast<size_t>(std::min<uint64_t>(kBlockBytes, claimed - before + 1)));
    const zip_int64_t got = zip_fread(entry.get(), bytes.data() + before, bytes.size() - before);
    if (got < 0) return make_error(ErrorCode::kInvalid, "can't be unpacked: {}", zip_file_strerror(entry.get()));
    bytes.resize(before + static_cast<size_t>(got));
    if (got == 0) break;
    if (bytes.size() > claimed) return make_error(ErrorCode::kInvalid, "unpacks to more than the archive says");
  }
  return bytes;
}

Result<NamedArrays> parse_npz(const Bytes& bytes) {
  ATOLL_ASSIGN(const Archive archive, open_archive(bytes));
  const auto count = static_cast<uint64_t>(std::max<zip_int64_t>(0, zip_get_num_entries(archive.get(), 0)));
  NamedArrays arrays;
  uint64_t total = 0;
  for (uint64_t i = 0; i < count; ++i) {
    zip_stat_t stat;
    zip_stat_init(&stat);
    if (zip_stat_index(archive.get(), i, 0, &stat) != 0 || !(stat.valid & ZIP_STAT_NAME) ||
        !(stat.valid & ZIP_STAT_SIZE)) {
      return make_error(ErrorCode::kInvalid, "entry {} of the archive can't be read", i);
    }
    const std::string name = stat.name;
    const std::string place = fmt::format("array '{}'", name);
    if (!name.ends_with(kSuffix))
      return make_error(ErrorCode::kInvalid, "entry '{}' of the archive is not a .npy array", name);
    if (stat.size > kMaxUnpackedBytes || total + stat.size > kMaxUnpackedBytes) {
      return make_error(ErrorCode::kInvalid, "the archive unpacks to more than {} bytes; split it", kMaxUnpackedBytes);
    }
    total += stat.size;
    Result<Bytes> unpacked = read_entry(archive.get(), i, stat.size);
    if (!unpacked.ok()) return std::move(unpacked).error().with_place(place);
    Result<Array> array = parse_npy(*unpacked);
    if (!array.ok()) return std::move(array).error().with_place(place);
    arrays.emplace_back(name.substr(0, name.size() - kSuffix.size()), std::move(array).value());
  }
  return arrays;
}

Status add_entry(zip_t* archive, const std::string& name, const Bytes& npy) {
  zip_source_t* source = zip_source_buffer(archive, npy.data(), npy.size(), 0);
  if (!source) return make_error(ErrorCode::kIo, "array '{}': {}", name, zip_strerror(archive));
  const zip_int64_t index = zip_file_add(archive, (name + std::string(kSuffix)).c_str(), source, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    zip_source_free(source);
    return make_error(ErrorCode::kInvalid, "array '{}' can't be stored: {}", name, zip_strerror(archive));
  }
  const auto entry = static_cast<zip_uint64_t>(index);
  zip_set_file_compression(archive, entry, ZIP_CM_STORE, 0);
  zip_file_set_dostime(archive, entry, 0, kDosDate, 0);
  zip_file_set_external_attributes(archive, entry, 0, ZIP_OPSYS_UNIX, 0100644u << 16);
  return {};
}

// The bytes libzip wrote to an in-memory source.
Result<Bytes> drain(zip_source_t* source) {
  zip_stat_t stat;
  zip_stat_init(&stat);
  if (zip_source_stat(source, &stat) != 0 || zip_source_open(source) != 0) {
    return make_error(ErrorCode::kIo, "can't write the archive: {}", zip_error_strerror(zip_source_error(source)));
  }
  Bytes bytes(stat.size);
  const zip_int64_t got = zip_source_read(source, bytes.data(), bytes.size());
  zip_source_close(source);
  if (got != static_cast<zip_int64_t>(bytes.size())) return make_error(ErrorCode::kIo, "can't write the archive");
  return bytes;
}

// libzip writes no archive without entries; this is what the format says it looks like: an end record alone.
Bytes empty_archive() {
  Bytes bytes(22, 0);
  bytes[0] = 'P', bytes[1] = 'K', bytes[2] = 5, bytes[3] = 6;
  return bytes;
}

Result<Bytes> format_npz(const NamedArrays& arrays) {
  if (arrays.empty()) return empty_archive();
  zip_error_t error;
  zip_error_init(&error);
  const Source source(zip_source_buffer_create(nullptr, 0, 0, &error));
  if (!source) return make_error(ErrorCode::kIo, "can't write the archive: {}", take_message(error));
  zip_source_keep(source.get());  // one reference for the archive, one to read the result from
  Archive archive(zip_open_from_source(source.get(), ZIP_TRUNCATE, &error));
  if (!archive) {
    zip_source_free(source.get());
    return make_error(ErrorCode::kIo, "can't write the archive: {}", take_message(error));
  }
  zip_error_fini(&error);
  std::vector<Bytes> contents;  // must outlive zip_close
  contents.reserve(arrays.size());
  for (const auto& [name, array] : arrays) {
    contents.push_back(format_npy(array));
    ATOLL_TRY(add_entry(archive.get(), name, contents.back()));
  }
  if (zip_close(archive.get()) != 0) {
    return make_error(ErrorCode::kIo, "can't write the archive: {}", zip_strerror(archive.get()));
  }
  (void)archive.release();  // closed
  return drain(source.get());
}

}  // namespace

Result<NamedArrays> read_arrays(const std::string& path) {
  ATOLL_ASSIGN(const Bytes bytes, read_file(path));
  if (bytes.size() >= 4 && bytes[0] == 'P' && bytes[1] == 'K') {
    Result<NamedArrays> arrays = parse_npz(bytes);
    if (!arrays.ok()) return std::move(arrays).error().with_place(path);
    return arrays;
  }
  Result<Array> array = parse_npy(bytes);
  if (!array.ok()) return std::move(array).error().with_place(path);
  NamedArrays arrays;
  arrays.emplace_back("0", std::move(array).value());
  return arrays;
}

Status write_npz(const std::string& path, const NamedArrays& arrays) {
  Result<Bytes> bytes = format_npz(arrays);
  if (!bytes.ok()) return std::move(bytes).error().with_place(path);
  return write_file(path, *bytes);
}

}  // namespace atl::arrays
