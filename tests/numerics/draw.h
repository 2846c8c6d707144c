// Arguments for the tests of this folder: a few edges, then pseudo-random values of every magnitude.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

namespace atl::numerics::test {

class Draw {
 public:
  explicit Draw(uint64_t seed) : state_(seed * 2 + 1) {}
  uint64_t bits() {
    state_ ^= state_ << 13, state_ ^= state_ >> 7, state_ ^= state_ << 17;
    return state_ * 0x2545F4914F6CDD1Du;
  }
  int32_t int32() { return static_cast<int32_t>(static_cast<int64_t>(bits()) >> (32 + bits() % 32)); }
  int64_t int64(int max_bits) {
    return static_cast<int64_t>(bits()) >> (64 - max_bits + static_cast<int>(bits() % max_bits));
  }
  int range(int low, int high) { return low + static_cast<int>(bits() % static_cast<uint64_t>(high - low + 1)); }
  double unit() { return static_cast<double>(bits() >> 11) * 0x1p-53; }

 private:
  uint64_t state_;
};

inline std::vector<int32_t> int32_edges() {
  std::vector<int32_t> edges = {0};
  for (int bit = 0; bit < 31; ++bit) {
    for (const int32_t near : {-1, 0, 1}) {
      edges.push_back((1 << bit) + near);
      edges.push_back(-((1 << bit) + near));
    }
  }
  edges.push_back(std::numeric_limits<int32_t>::max());
  edges.push_back(std::numeric_limits<int32_t>::min());
  edges.push_back(std::numeric_limits<int32_t>::min() + 1);
  return edges;
}

}  // namespace atl::numerics::test
