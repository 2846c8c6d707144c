#include "quantizer/observe/calibration.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace atl::quantizer {
namespace {

struct MethodName {
  CalibrationMethod method;
  std::string_view name;
};
constexpr std::array kMethodNames = {
    MethodName{CalibrationMethod::kMinMax, "minmax"}, MethodName{CalibrationMethod::kEma, "ema"},
    MethodName{CalibrationMethod::kPercentile, "percentile"}, MethodName{CalibrationMethod::kMse, "mse"},
    MethodName{CalibrationMethod::kEntropy, "entropy"}};

bool needs_histogram(CalibrationMethod method) {
  return method != CalibrationMethod::kMinMax && method != CalibrationMethod::kEma;
}

// Within what was seen, and not emptied by rounding.
Range clamped(double min, double max, const Range& seen) {
  const Range range{std::clamp(static_cast<float>(min), seen.min, seen.max),
                    std::clamp(static_cast<float>(max), seen.min, seen.max)};
  return range.empty() ? seen : range;
}

// Bin counts with the zeros where they belong.
std::vector<int64_t> counts_with_zeros(const Histogram& histogram) {
  std::vector<int64_t> counts = histogram.counts();
  if (histogram.zeros() > 0) counts[static_cast<size_t>(-histogram.first())] += histogram.zeros();
  return counts;
}

// The value below which `wanted` of the counts are, linear within its bin.
double quantile(const Histogram& histogram, const std::vector<int64_t>& counts, double wanted) {
  double below = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    const auto count = static_cast<double>(counts[i]);
    if (count > 0 && below + count >= wanted) {
      return histogram.edge(i) + histogram.width() * std::max(0.0, wanted - below) / count;
    }
    below += count;
  }
  return histogram.range().max;
}

// error[i]: the squared error of clipping to the upper edge of bin i what lies in bins above it.
std::vector<double> clip_errors(const std::vector<int64_t>& counts, double width) {
  std::vector<double> error(counts.size(), 0);
  double count = 0, distance = 0, squares = 0;  // sums over the bins above, distances in widths from the upper edge
  for (size_t i = counts.size(); i-- > 1;) {
    const auto here = static_cast<double>(counts[i]);
    squares += 2 * distance + count;  // (d + 1)^2 = d^2 + 2 d + 1
    distance += count;
    count += here, distance += here / 2, squares += here / 3;  // spread evenly over the bin: d = 1/2, d^2 = 1/3
    error[i - 1] = squares * width * width;
  }
  return error;
}

// Divergence of candidate thresholds, by prefix sums over the bins of |value|.
class Divergence {
 public:
  explicit Divergence(const std::vector<int64_t>& counts) : counts_(counts) {
    const size_t n = counts.size();
    sums_.resize(n + 1), used_.resize(n + 1), logs_.resize(n + 1);
    for (size_t i = 0; i < n; ++i) {
      sums_[i + 1] = sums_[i] + static_cast<double>(counts[i]);
      used_[i + 1] = used_[i] + (counts[i] != 0 ? 1 : 0);
      logs_[i + 1] = logs_[i] + x_log_x(static_cast<double>(counts[i]));
    }
  }

  // Of the first `bins` bins, with what lies above added to the last, from the same in `levels` levels.
  double at(size_t bins, size_t levels) const {
    const double inside = sums_[bins], total = sums_.back(), outside = total - inside;
    const auto last = static_cast<double>(counts_[bins - 1]);
    if (outside > 0 && last == 0) return std::numeric_limits<double>::infinity();
    // KL = sum p log(p / q), p = count / total, q = (level's sum / level's used bins) / inside.
    double sum = logs_[bins] - x_log_x(last) + x_log_x(last + outside);
    for (size_t level = 0, from = 0; level < levels; ++level) {
      const size_t to = (level + 1) * bins / levels;
      const double held = sums_[to] - sums_[from];
      if (held > 0) sum -= (held + (to == bins ? outside : 0)) * std::log(held / (used_[to] - used_[from]));
      from = to;
    }
    return sum / total - std::log(total) + std::log(inside);
  }

 private:
  static double x_log_x(double x) { return x > 0 ? x * std::log(x) : 0; }

  const std::vector<int64_t>& counts_;
  std::vector<double> sums_, used_, logs_;  // of the bins before
};

// Counts by |value|; zeros are not among them.
std::vector<int64_t> magnitudes(const Histogram& histogram) {
  std::vector<int64_t> counts;
  for (size_t i = 0; i < histogram.counts().size(); ++i) {
    const int64_t bin = histogram.first() + static_cast<int64_t>(i);
    const auto place = static_cast<size_t>(bin >= 0 ? bin : -1 - bin);
    if (histogram.counts()[i] == 0) continue;
    if (counts.size() <= place) counts.resize(place + 1, 0);
    counts[place] += histogram.counts()[i];
  }
  return counts;
}

}  // namespace

std::optional<CalibrationMethod> calibration_from_name(std::string_view name) {
  for (const MethodName& row : kMethodNames) {
    if (row.name == name) return row.method;
  }
  return std::nullopt;
}

std::string_view calibration_name(CalibrationMethod method) { return kMethodNames[static_cast<size_t>(method)].name; }

void MovingRange::add(const Range& sample) {
  min_ = kDecay * min_ + (1 - kDecay) * static_cast<double>(sample.min);
  max_ = kDecay * max_ + (1 - kDecay) * static_cast<double>(sample.max);
  weight_ = kDecay * weight_ + (1 - kDecay);
}

Range MovingRange::range() const { return {static_cast<float>(min_ / weight_), static_cast<float>(max_ / weight_)}; }

Range percentile_range(const Histogram& histogram, double percent) {
  const std::vector<int64_t> counts = counts_with_zeros(histogram);
  const auto total = static_cast<double>(std::accumulate(counts.begin(), counts.end(), int64_t{0}));
  const double cut = total * (100 - percent) / 200;
  if (cut <= 0) return histogram.range();
  return clamped(quantile(histogram, counts, cut), quantile(histogram, counts, total - cut), histogram.range());
}

Range mse_range(const Histogram& histogram, int64_t steps, bool symmetric) {
  const std::vector<int64_t>& counts = histogram.counts();
  const Range& seen = histogram.range();
  const size_t bins = counts.size();
  const std::vector<double> above = clip_errors(counts, histogram.width());
  std::vector<double> below = clip_errors({counts.rbegin(), counts.rend()}, histogram.width());
  std::reverse(below.begin(), below.end());
  std::vector<double> sums(bins + 1, 0);
  for (size_t i = 0; i < bins; ++i) sums[i + 1] = sums[i] + static_cast<double>(counts[i]);
  double best = std::numeric_limits<double>::infinity();
  Range result = seen;
  // The widest first: of equal errors, that which clips least.
  for (size_t from = 0; from < bins; ++from) {
    const double low = std::max<double>(histogram.edge(from), seen.min);
    if (from > 0 && low > 0) break;
    for (size_t to = bins; to-- > from;) {
      const double high = std::min<double>(histogram.edge(to + 1), seen.max);
      if (to + 1 < bins && high < 0) break;
      const double span = symmetric ? 2 * std::max(-low, high) : std::max(high, 0.0) - std::min(low, 0.0);
      const double step = span / static_cast<double>(steps);
      const double error = below[from] + above[to] + (sums[to + 1] - sums[from]) * step * step / 12;
      if (error < best) best = error, result = clamped(low, high, seen);
    }
  }
  return result;
}

Range entropy_range(const Histogram& histogram, int64_t steps, bool symmetric) {
  const Range& seen = histogram.range();
  const std::vector<int64_t> counts = magnitudes(histogram);
  if (counts.empty()) return seen;
  const Divergence divergence(counts);
  double best = std::numeric_limits<double>::infinity(), threshold = std::max(std::abs(seen.min), std::abs(seen.max));
  for (size_t bins = counts.size(); bins > 0; --bins) {
    const double limit = static_cast<double>(bins) * histogram.width();
    const double low = std::clamp<double>(-seen.min, 0, limit), high = std::clamp<double>(seen.max, 0, limit);
    const double share = std::max(low, high) / (symmetric ? 2 * std::max(low, high) : low + high);
    const auto levels = static_cast<size_t>(std::ceil(static_cast<double>(steps) * share));
    const double lost = divergence.at(bins, std::min(levels, bins));
    if (lost < best) best = lost, threshold = limit;
    // With a level for every bin only clipping loses anything, and that grows from here on.
    if (levels >= bins && std::isfinite(lost)) break;
  }
  return clamped(-threshold, threshold, seen);
}

void RangeLearner::add(std::span<const uint8_t> values, const Range& range, CalibrationMethod method) {
  if (range.empty()) return;
  seen_.include(range);
  if (method == CalibrationMethod::kEma) moving_.add(range);
  if (needs_histogram(method)) histogram_.add(values, range);
}

Range RangeLearner::calibrated(const Calibration& calibration) const {
  if (seen_.constant()) return seen_;
  switch (calibration.method) {
    case CalibrationMethod::kMinMax: return seen_;
    case CalibrationMethod::kEma: {
      const Range moving = moving_.range();
      return clamped(moving.min, moving.max, seen_);
    }
    case CalibrationMethod::kPercentile: return percentile_range(histogram_, calibration.percentile);
    case CalibrationMethod::kMse: return mse_range(histogram_, calibration.steps, calibration.symmetric);
    case CalibrationMethod::kEntropy: return entropy_range(histogram_, calibration.steps, calibration.symmetric);
  }
  return seen_;
}

}  // namespace atl::quantizer
