#include "common/arrays/npy_header.h"

#include <charconv>
#include <optional>

#include "common/arrays/element.h"

namespace atl::arrays {
namespace {

constexpr int64_t kMaxBytes = int64_t{1} << 62;
constexpr size_t kMaxRank = 64;  // NumPy's own limit

// Reads the small part of Python's literal syntax that headers use.
class LiteralReader {
 public:
  explicit LiteralReader(std::string_view text) : text_(text) {}

  // Skips white space, then takes the character if it comes next.
  bool take(char wanted) {
    skip_space();
    if (text_.empty() || text_.front() != wanted) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool at_end() {
    skip_space();
    return text_.empty();
  }
  std::optional<std::string_view> string() {
    skip_space();
    if (text_.empty() || (text_.front() != '\'' && text_.front() != '"')) return std::nullopt;
    const size_t end = text_.find(text_.front(), 1);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view inside = text_.substr(1, end - 1);
    text_.remove_prefix(end + 1);
    return inside;
  }
  std::optional<bool> boolean() {
    if (take_word("True")) return true;
    if (take_word("False")) return false;
    return std::nullopt;
  }
  // A non-negative decimal number; Python 2 wrote an L behind long ones.
  std::optional<int64_t> extent() {
    skip_space();
    int64_t value = 0;
    const auto [end, failed] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    if (failed != std::errc() || value < 0) return std::nullopt;
    text_.remove_prefix(static_cast<size_t>(end - text_.data()));
    if (!text_.empty() && text_.front() == 'L') text_.remove_prefix(1);
    return value;
  }
  std::optional<std::vector<int64_t>> tuple() {
    if (!take('(')) return std::nullopt;
    std::vector<int64_t> extents;
    while (!take(')')) {
      const auto value = extent();
      if (!value || extents.size() == kMaxRank) return std::nullopt;
      extents.push_back(*value);
      if (take(',')) continue;
      if (take(')')) break;
      return std::nullopt;
    }
    return extents;
  }

 private:
  void skip_space() {
    while (!text_.empty() && (text_.front() == ' ' || text_.front() == '\n' || text_.front() == '\t')) {
      text_.remove_prefix(1);
    }
  }
  bool take_word(std::string_view word) {
    skip_space();
    if (!text_.starts_with(word)) return false;
    text_.remove_prefix(word.size());
    return true;
  }

  std::string_view text_;
};

Result<ElementType> element_of_descr(std::string_view descr) {
  for (const ElementRow& row : kElementRows) {
    if (descr == row.descr) return row.type;
    // '=' is the writer's own order, and one-byte elements may carry any order.
    const bool same_kind = descr.size() == 3 && descr.substr(1) == row.descr.substr(1);
    if (same_kind && (row.bytes == 1 || descr[0] == '=')) return row.type;
    if (same_kind && descr[0] == '>') {
      return make_error(ErrorCode::kInvalid, "the array is big-endian ('{}'); save it as little-endian '{}'", descr,
                        row.descr);
    }
  }
  return make_error(ErrorCode::kInvalid,
                    "element type '{}' is not supported; use float16, float32, float64, bool or an integer type",
                    descr);
}

Error malformed(const char* what) { return make_error(ErrorCode::kInvalid, "not a valid .npy header: {}", what); }

Status check_bytes(NpyHeader& header) {
  bool has_zero = false;
  for (const int64_t extent : header.shape) has_zero |= extent == 0;
  header.bytes = has_zero ? 0 : static_cast<int64_t>(element_bytes(header.type));
  for (const int64_t extent : header.shape) {
    if (header.bytes > 0 && extent > kMaxBytes / header.bytes) return malformed("the shape is too large");
    header.bytes *= extent;
  }
  return {};
}

}  // namespace

Result<NpyHeader> parse_npy_header(std::string_view text) {
  LiteralReader reader(text);
  std::optional<std::string_view> descr;
  std::optional<bool> fortran_order;
  std::optional<std::vector<int64_t>> shape;
  if (!reader.take('{')) return malformed("no dictionary");
  while (!reader.take('}')) {
    const auto key = reader.string();
    if (!key || !reader.take(':')) return malformed("a key is missing");
    if (*key == "descr" && !descr) {
      descr = reader.string();
      if (!descr) return malformed("'descr' is not a plain element type (structured arrays are not supported)");
    } else if (*key == "fortran_order" && !fortran_order) {
      fortran_order = reader.boolean();
      if (!fortran_order) return malformed("'fortran_order' is neither True nor False");
    } else if (*key == "shape" && !shape) {
      shape = reader.tuple();
      if (!shape) return malformed("'shape' is not a tuple of extents");
    } else {
      return malformed("an unknown or repeated key");
    }
    if (reader.take(',')) continue;
    if (reader.take('}')) break;
    return malformed("a comma is missing");
  }
  if (!descr || !fortran_order || !shape) return malformed("'descr', 'fortran_order' or 'shape' is missing");
  if (!reader.at_end()) return malformed("text after the dictionary");
  NpyHeader header;
  ATOLL_ASSIGN(header.type, element_of_descr(*descr));
  header.fortran_order = *fortran_order;
  header.shape = std::move(*shape);
  ATOLL_TRY(check_bytes(header));
  return header;
}

std::string format_npy_header(const Array& array) {
  std::string shape;
  for (const int64_t extent : array.shape) shape += fmt::format("{}{}", shape.empty() ? "" : ", ", extent);
  if (array.shape.size() == 1) shape += ",";
  return fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}", element_row(array.type).descr,
                     shape);
}

}  // namespace atl::arrays
