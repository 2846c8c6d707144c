// How often a tensor takes which values, in bounded memory.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "quantizer/observe/range.h"

namespace atl::quantizer {

// At most 2,048 bins of equal width, a power of two 2^k; a bin starts at a multiple of its width. When the values seen
// span more than that, the width doubles and neighbours are merged until they don't, so nothing seen is lost, and the
// histogram does not depend on the order of the values. Values that are exactly 0, which every quantization with a
// zero point holds exactly, are counted apart.
class Histogram {
 public:
  static constexpr int64_t kMaxBins = 2048;

  // Adds float32 values, whose smallest and largest are `range`; all finite. `values` need not be aligned.
  void add(std::span<const uint8_t> values, const Range& range);

  const Range& range() const { return range_; }  // of all values, 0 among them
  int64_t zeros() const { return zeros_; }
  double width() const;
  // Bin i holds values in [(first + i) * width, (first + i + 1) * width).
  int64_t first() const { return first_; }
  const std::vector<int64_t>& counts() const { return counts_; }
  double edge(size_t bin) const { return static_cast<double>(first_ + static_cast<int64_t>(bin)) * width(); }
  double centre(size_t bin) const { return edge(bin) + width() / 2; }

 private:
  void cover(const Range& range);

  Range range_;
  int exponent_ = 0;
  int64_t first_ = 0, zeros_ = 0;
  std::vector<int64_t> counts_;
};

}  // namespace atl::quantizer
