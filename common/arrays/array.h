// Named arrays in memory, and their files: NumPy's .npy (format 1.0 to 3.0) and .npz (a zip archive of .npy files).
// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/file.h"
#include "common/base/result.h"

namespace atl::arrays {

// Little-endian element types, named as NumPy names them.
enum class ElementType : uint8_t {
  kFloat16,
  kFloat32,
  kFloat64,
  kInt8,
  kUint8,
  kInt16,
  kUint16,
  kInt32,
  kUint32,
  kInt64,
  kUint64,
  kBool
};
std::string_view element_name(ElementType type);  // "float32"
size_t element_bytes(ElementType type);

// A dense array in C order; bytes.size() == product of shape * element_bytes(type).
struct Array {
  ElementType type = ElementType::kFloat32;
  std::vector<int64_t> shape;
  Bytes bytes;

  int64_t num_elements() const;
};

// In the order of the file.
using NamedArrays = std::vector<std::pair<std::string, Array>>;

// kInvalid for a malformed, big-endian, Fortran-ordered-and-not-convertible or object array. Fortran order is converted
// to C order.
Result<Array> parse_npy(std::span<const uint8_t> bytes);
Bytes format_npy(const Array& array);

// Reads .npz, or .npy as one array named "0". kIo, kInvalid.
Result<NamedArrays> read_arrays(const std::string& path);
// Writes an uncompressed-or-deflated .npz; the bytes do not depend on time or place. kIo.
Status write_npz(const std::string& path, const NamedArrays& arrays);

}  // namespace atl::arrays
