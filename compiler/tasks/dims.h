// Small index vectors of up to six dimensions, and boxes made of them.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>

#include "common/base/check.h"

namespace atl::compiler {

inline constexpr int kMaxRank = 6;

class Dims {
 public:
  Dims() = default;
  explicit Dims(int rank, int64_t value = 0) : rank_(rank) {
    ATOLL_CHECK(rank >= 0 && rank <= kMaxRank);
    values_.fill(0);
    for (int d = 0; d < rank; ++d) values_[d] = value;
  }
  Dims(std::initializer_list<int64_t> values) {
    ATOLL_CHECK(values.size() <= kMaxRank);
    for (int64_t value : values) values_[rank_++] = value;
  }

  int rank() const { return rank_; }
  int64_t& operator[](int d) { return values_[d]; }
  int64_t operator[](int d) const { return values_[d]; }
  int64_t back() const { return values_[rank_ - 1]; }

  int64_t product() const {
    int64_t result = 1;
    for (int d = 0; d < rank_; ++d) result *= values_[d];
    return result;
  }
  void push_back(int64_t value) {
    ATOLL_CHECK(rank_ < kMaxRank);
    values_[rank_++] = value;
  }
  bool operator==(const Dims&) const = default;

 private:
  std::array<int64_t, kMaxRank> values_{};
  int rank_ = 0;
};

// Byte strides of a dense row-major array.
inline Dims dense_strides(const Dims& shape, int64_t element_bytes) {
  Dims strides(shape.rank());
  int64_t stride = element_bytes;
  for (int d = shape.rank() - 1; d >= 0; --d) {
    strides[d] = stride;
    stride *= shape[d];
  }
  return strides;
}

// The coordinates begin .. begin + extent - 1 in every dimension.
struct Box {
  Dims begin, extent;

  static Box whole(const Dims& shape) { return {Dims(shape.rank()), shape}; }
  int64_t elements() const { return extent.product(); }
  bool operator==(const Box&) const = default;
};

}  // namespace atl::compiler
