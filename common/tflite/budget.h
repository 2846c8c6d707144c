// Bounds what a file may unpack to. A flatbuffer's parts can be referred to from many places, so a small file could
// otherwise ask for any amount of memory.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include <flatbuffers/flatbuffers.h>

namespace atl::tflite {

static_assert(std::endian::native == std::endian::little, "the format is little-endian and is copied as it is");

class Budget {
 public:
  // A file without shared parts unpacks to less than its own size; some sharing is fair (strings, equal vectors).
  explicit Budget(size_t file_bytes) : left_(4 * file_bytes + (size_t{1} << 20)) {}

  // False from the first time that more is asked for than is left; the caller then copies nothing.
  bool spend(size_t bytes) {
    overdrawn_ = overdrawn_ || bytes > left_;
    if (!overdrawn_) left_ -= bytes;
    return !overdrawn_;
  }
  bool overdrawn() const { return overdrawn_; }

  // A copy of a vector of the file; empty when it is absent or the budget is used up.
  template <typename T>
  std::vector<T> copy(const flatbuffers::Vector<T>* from) {
    if (from == nullptr || from->size() == 0 || !spend(from->size() * sizeof(T))) return {};
    std::vector<T> to(from->size());
    std::memcpy(to.data(), from->Data(), to.size() * sizeof(T));  // some writers leave 64-bit vectors misaligned
    return to;
  }
  std::string copy(const flatbuffers::String* from) {
    if (from == nullptr || !spend(from->size())) return {};
    return from->str();
  }

 private:
  size_t left_;
  bool overdrawn_ = false;
};

}  // namespace atl::tflite
