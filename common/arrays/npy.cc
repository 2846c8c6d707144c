// .npy: "\x93NUMPY", major and minor version (a byte each), header length (2 bytes in version 1, 4 in 2 and 3,
// little-endian), header text, elements. The header is padded with blanks and ends in a newline so that the elements
// start at a multiple of 64.
#include <cstring>

#include "common/arrays/array.h"
#include "common/arrays/npy_header.h"
#include "common/base/check.h"

namespace atl::arrays {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr size_t kAlignment = 64;

size_t read_little_endian(std::span<const uint8_t> bytes) {
  size_t value = 0;
  for (size_t i = 0; i < bytes.size(); ++i) value |= size_t{bytes[i]} << (8 * i);
  return value;
}

}  // namespace

Bytes fortran_to_c_order(std::span<const uint8_t> source, const std::vector<int64_t>& shape, size_t element) {
  Bytes result(source.size());
  const size_t rank = shape.size();
  std::vector<int64_t> index(rank, 0), stride(rank, 1);
  for (size_t axis = 1; axis < rank; ++axis) stride[axis] = stride[axis - 1] * shape[axis - 1];
  int64_t from = 0;
  for (size_t to = 0; to < result.size(); to += element) {
    std::memcpy(result.data() + to, source.data() + from * static_cast<int64_t>(element), element);
    for (size_t axis = rank; axis-- > 0;) {
      from += stride[axis];
      if (++index[axis] < shape[axis]) break;
      from -= stride[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return result;
}

Result<Array> parse_npy(std::span<const uint8_t> bytes) {
  if (bytes.size() < kMagic.size() + 4 || std::memcmp(bytes.data(), kMagic.data(), kMagic.size()) != 0) {
    return make_error(ErrorCode::kInvalid, "not a .npy array: it does not start with the NumPy mark");
  }
  const int major = bytes[6];
  if (major < 1 || major > 3) {
    return make_error(ErrorCode::kInvalid, ".npy format version {}.{} is unknown; versions 1 to 3 are read", major,
                      bytes[7]);
  }
  const size_t length_bytes = major == 1 ? 2 : 4;
  std::span<const uint8_t> rest = bytes.subspan(8);
  if (rest.size() < length_bytes) return make_error(ErrorCode::kInvalid, "the .npy header is cut short");
  const size_t header_bytes = read_little_endian(rest.first(length_bytes));
  rest = rest.subspan(length_bytes);
  if (rest.size() < header_bytes) return make_error(ErrorCode::kInvalid, "the .npy header is cut short");
  const std::string_view text(reinterpret_cast<const char*>(rest.data()), header_bytes);
  ATOLL_ASSIGN(NpyHeader header, parse_npy_header(text));
  rest = rest.subspan(header_bytes);
  if (static_cast<int64_t>(rest.size()) != header.bytes) {
    return make_error(ErrorCode::kInvalid, "the array's shape and type need {} bytes of elements, the file has {}",
                      header.bytes, rest.size());
  }
  Array array{header.type, std::move(header.shape), {}};
  if (header.fortran_order && array.shape.size() > 1) {
    array.bytes = fortran_to_c_order(rest, array.shape, element_bytes(array.type));
  } else {
    array.bytes.assign(rest.begin(), rest.end());
  }
  return array;
}

Bytes format_npy(const Array& array) {
  ATOLL_CHECK(static_cast<int64_t>(array.bytes.size()) ==
                  array.num_elements() * static_cast<int64_t>(element_bytes(array.type)),
              "an array of {} elements has {} bytes", array.num_elements(), array.bytes.size());
  std::string header = format_npy_header(array);
  const bool is_long = kMagic.size() + 4 + header.size() + kAlignment > 0xFFFF;
  const size_t before = kMagic.size() + 2 + (is_long ? 4 : 2);
  header.append(kAlignment - 1 - (before + header.size()) % kAlignment, ' ');
  header += '\n';
  Bytes bytes(kMagic.begin(), kMagic.end());
  bytes.push_back(is_long ? 2 : 1);
  bytes.push_back(0);
  for (size_t i = 0; i < (is_long ? 4u : 2u); ++i) bytes.push_back(static_cast<uint8_t>(header.size() >> (8 * i)));
  bytes.insert(bytes.end(), header.begin(), header.end());
  bytes.insert(bytes.end(), array.bytes.begin(), array.bytes.end());
  return bytes;
}

}  // namespace atl::arrays
