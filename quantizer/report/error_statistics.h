// How far quantized values are from the float ones, summed up one by one.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>

namespace atl::quantizer {

class ErrorStatistics {
 public:
  static constexpr size_t kBins = 32;

  // What the integers can hold: values beyond by more than half a step are clipped. Unbounded: nothing is.
  struct Bounds {
    double low = -std::numeric_limits<double>::infinity(), high = std::numeric_limits<double>::infinity();
    double step = 0;

    bool bounded() const { return step > 0; }
  };

  ErrorStatistics() = default;
  explicit ErrorStatistics(const Bounds& bounds) : bounds_(bounds) {}

  // A value of the float model, finite, and what stands for it.
  void add(double expected, double got);

  int64_t count() const { return count_; }
  const Bounds& bounds() const { return bounds_; }
  double low() const { return low_; }    // smallest float value; 0 without any
  double high() const { return high_; }  // largest

  // 10 log10 (sum of squares of the float values / sum of squares of the errors), in decibels; nothing where there is
  // no error or no signal.
  std::optional<double> sqnr() const;
  double rmse() const;        // root of the mean square of the errors; this and the others 0 without values
  double mean_error() const;  // quantized - float
  double mean_absolute_error() const;
  double max_error() const { return max_; }
  double clipped_share() const;  // in 0 .. 1

  // How many float values fall into each of kBins equal parts of [low, high] of the bounds; those outside into the
  // first and last. All 0 without bounds.
  const std::array<int64_t, kBins>& histogram() const { return histogram_; }

 private:
  Bounds bounds_;
  int64_t count_ = 0, clipped_ = 0;
  double signal_ = 0, noise_ = 0, sum_ = 0, absolute_ = 0, max_ = 0;
  double low_ = 0, high_ = 0;
  std::array<int64_t, kBins> histogram_{};
};

}  // namespace atl::quantizer
