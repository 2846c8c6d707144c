// Arrays of .npz and .npy files read piece by piece, so that memory does not grow with their size.
//
//   ATOLL_ASSIGN(std::vector<ArrayReader> readers, open_arrays(path));
//   ATOLL_TRY(readers[0].read(buffer));      the first elements; then the next ...
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "common/arrays/array.h"
#include "common/base/result.h"

namespace atl::arrays {

// Bytes in order: those of a file, or of a member of an archive.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Fills all of `to`; kIo or kInvalid when there is less, or what is there can't be read.
  virtual Status read(std::span<uint8_t> to) = 0;
  // How many bytes are left, as the file states it.
  virtual uint64_t remaining() const = 0;
};

class ArrayReader {
 public:
  // The array that a .npy file of these bytes holds; `place` stands before errors. An array in Fortran order is read
  // and converted whole.
  static Result<ArrayReader> create(std::string name, std::string place, std::unique_ptr<ByteSource> npy);
  // An array that is in memory.
  ArrayReader(std::string name, Array array);

  const std::string& name() const { return name_; }
  ElementType type() const { return type_; }
  const std::vector<int64_t>& shape() const { return shape_; }

  // The next bytes of the elements, in C order and little-endian. No more may be asked for than there are.
  Status read(std::span<uint8_t> to);

 private:
  ArrayReader() = default;
  static Result<ArrayReader> parse(std::string name, std::unique_ptr<ByteSource> npy);

  std::string name_, place_;
  ElementType type_ = ElementType::kFloat32;
  std::vector<int64_t> shape_;
  std::unique_ptr<ByteSource> source_;
};

// The arrays of an .npz, in the order of the file, or that of an .npy as one named "0", ready to read; each by itself
// and in any order between them. Members of an .npz that are compressed are unpacked on the way. kIo, kInvalid.
Result<std::vector<ArrayReader>> open_arrays(const std::string& path);

}  // namespace atl::arrays
