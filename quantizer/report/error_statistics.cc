#include "quantizer/report/error_statistics.h"

#include <algorithm>
#include <cmath>

namespace atl::quantizer {

void ErrorStatistics::add(double expected, double got) {
  const double error = got - expected;
  low_ = count_ == 0 ? expected : std::min(low_, expected);
  high_ = count_ == 0 ? expected : std::max(high_, expected);
  ++count_;
  signal_ += expected * expected;
  noise_ += error * error;
  sum_ += error;
  absolute_ += std::fabs(error);
  max_ = std::max(max_, std::fabs(error));
  if (!bounds_.bounded()) return;
  if (expected < bounds_.low - bounds_.step / 2 || expected > bounds_.high + bounds_.step / 2) ++clipped_;
  const double place = (expected - bounds_.low) / (bounds_.high - bounds_.low) * static_cast<double>(kBins);
  ++histogram_[static_cast<size_t>(std::clamp(place, 0.0, static_cast<double>(kBins - 1)))];
}

std::optional<double> ErrorStatistics::sqnr() const {
  if (signal_ == 0 || noise_ == 0) return std::nullopt;
  return 10 * std::log10(signal_ / noise_);
}

double ErrorStatistics::rmse() const { return count_ == 0 ? 0 : std::sqrt(noise_ / static_cast<double>(count_)); }
double ErrorStatistics::mean_error() const { return count_ == 0 ? 0 : sum_ / static_cast<double>(count_); }
double ErrorStatistics::mean_absolute_error() const {
  return count_ == 0 ? 0 : absolute_ / static_cast<double>(count_);
}
double ErrorStatistics::clipped_share() const {
  return count_ == 0 ? 0 : static_cast<double>(clipped_) / static_cast<double>(count_);
}

}  // namespace atl::quantizer
