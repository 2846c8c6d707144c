// The values a tensor takes over the representative data.
#pragma once

#include <algorithm>
#include <limits>

namespace atl::quantizer {

// Smallest and largest value seen; min > max as long as none was.
struct Range {
  float min = std::numeric_limits<float>::infinity();
  float max = -std::numeric_limits<float>::infinity();

  bool operator==(const Range&) const = default;

  bool empty() const { return min > max; }
  // Nothing, or the same value throughout.
  bool constant() const { return !(min < max); }
  void include(const Range& other) {
    min = std::min(min, other.min);
    max = std::max(max, other.max);
  }
};

}  // namespace atl::quantizer
