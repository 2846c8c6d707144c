#include "common/tflite/file_check.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "common/graph/model.h"
#include "common/tflite/native.h"

namespace atl::tflite {
namespace {

constexpr size_t kHeaderBytes = 8;  // root offset, file identifier
// A flatbuffer's offsets are 31 bits; what lies behind is addressed by Buffer.offset.
constexpr size_t kMaxFlatbufferBytes = (size_t{1} << 31) - 2;

struct Magic {
  std::string_view bytes;
  std::string_view kind;
};

// Files that get handed to a model tool by mistake.
constexpr Magic kMagics[] = {
    {std::string_view("PK\x03\x04", 4), "a ZIP archive (.npz, .keras, .task and .zip files are)"},
    {"\x89HDF\r\n\x1a\n", "an HDF5 file (a Keras .h5 model is)"},
    {"\x93NUMPY", "a NumPy array (.npy)"},
    {"\x1f\x8b", "a gzip archive"},
    {"\x89PNG", "a PNG image"},
    {"\xff\xd8\xff", "a JPEG image"},
    {"\x7f"
     "ELF",
     "an ELF program"},
};

bool is_text(std::span<const uint8_t> bytes) {
  const auto head = bytes.first(std::min<size_t>(bytes.size(), 256));
  return std::all_of(head.begin(), head.end(),
                     [](uint8_t c) { return (c >= 0x20 && c < 0x7f) || c == '\n' || c == '\r' || c == '\t'; });
}

// What the file is instead, in words.
std::string other_kind(std::span<const uint8_t> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  for (const Magic& magic : kMagics) {
    if (text.substr(0, magic.bytes.size()) == magic.bytes) return std::string(magic.kind);
  }
  if (is_text(bytes)) return "a text file";
  if (bytes.size() < kHeaderBytes) return fmt::format("{} bytes", bytes.size());
  return fmt::format("a file with {} at byte 4", graph::quoted(text.substr(4, 4)));
}

bool has_identifier(std::span<const uint8_t> bytes) {
  return bytes.size() >= kHeaderBytes && flatbuffers::BufferHasIdentifier(bytes.data(), fb::ModelIdentifier());
}

}  // namespace

Status check_file(std::span<const uint8_t> bytes) {
  if (bytes.empty()) return make_error(ErrorCode::kInvalid, "the file is empty; a TensorFlow Lite model was expected");
  if (!has_identifier(bytes)) {
    return make_error(ErrorCode::kInvalid, "not a TensorFlow Lite model: this is {}; a model has '{}' at byte 4",
                      other_kind(bytes), fb::ModelIdentifier());
  }
  flatbuffers::Verifier::Options limits;
  limits.max_depth = 32;  // the schema nests less than 10 deep
  limits.max_tables = static_cast<flatbuffers::uoffset_t>(std::min<size_t>(bytes.size() / 4, 1'000'000));
  flatbuffers::Verifier verifier(bytes.data(), std::min(bytes.size(), kMaxFlatbufferBytes), limits);
  if (!fb::VerifyModelBuffer(verifier)) {
    return make_error(
        ErrorCode::kInvalid,
        "the model is damaged: its {} bytes are not a sound flatbuffer; the file was cut short or changed, "
        "so get it again from where it came from",
        bytes.size());
  }
  return {};
}

}  // namespace atl::tflite
