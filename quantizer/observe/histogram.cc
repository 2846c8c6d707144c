#include "quantizer/observe/histogram.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace atl::quantizer {
namespace {

// Narrower bins than the 24 bits of a float32 tell apart make no sense; nor do some below its smallest value.
int finest_exponent(const Range& range) {
  const float largest = std::max(std::abs(range.min), std::abs(range.max));
  return largest == 0 ? -149 : std::max(-149, std::ilogb(largest) - 24);
}

int64_t bin_of(double value, double per_width) { return static_cast<int64_t>(std::floor(value * per_width)); }

}  // namespace

double Histogram::width() const { return std::ldexp(1.0, exponent_); }

void Histogram::cover(const Range& range) {
  const bool is_new = range_.empty();
  range_.include(range);
  int exponent = is_new ? finest_exponent(range_) : std::max(exponent_, finest_exponent(range_));
  int64_t first = 0, last = 0;
  for (;; ++exponent) {
    const double per_width = std::ldexp(1.0, -exponent);
    first = bin_of(range_.min, per_width), last = bin_of(range_.max, per_width);
    if (last - first < kMaxBins) break;
  }
  std::vector<int64_t> counts(static_cast<size_t>(last - first + 1), 0);
  const int doublings = std::min(exponent - exponent_, 62);  // bins have below 2^62 places
  for (size_t i = 0; i < counts_.size(); ++i) {
    const int64_t bin = (first_ + static_cast<int64_t>(i)) >> doublings;  // rounds down, below 0 too
    if (counts_[i] != 0) counts[static_cast<size_t>(bin - first)] += counts_[i];
  }
  exponent_ = exponent, first_ = first, counts_ = std::move(counts);
}

void Histogram::add(std::span<const uint8_t> values, const Range& range) {
  if (range.empty()) return;
  cover(range);
  const double per_width = std::ldexp(1.0, -exponent_);
  int64_t zeros = 0;
  for (size_t i = 0; i + sizeof(float) <= values.size(); i += sizeof(float)) {
    float value;
    std::memcpy(&value, &values[i], sizeof value);
    if (value == 0) {
      ++zeros;
    } else {
      ++counts_[static_cast<size_t>(bin_of(value, per_width) - first_)];
    }
  }
  zeros_ += zeros;
}

}  // namespace atl::quantizer
