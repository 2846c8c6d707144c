// From the values a tensor takes to the range that its scale is made for.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "quantizer/observe/histogram.h"
#include "quantizer/observe/range.h"

namespace atl::quantizer {

enum class CalibrationMethod : uint8_t {
  kMinMax,      // smallest and largest value seen
  kEma,         // moving average of each sample's smallest and largest value
  kPercentile,  // the range that holds so many percent of the values
  kMse,         // the range of least mean squared error
  kEntropy      // the range of least information lost
};
std::optional<CalibrationMethod> calibration_from_name(std::string_view name);  // "minmax", ...
std::string_view calibration_name(CalibrationMethod method);

struct Calibration {
  CalibrationMethod method = CalibrationMethod::kMinMax;
  double percentile = 99.99;  // in (0, 100]
  // The integers that a tensor's range is spread over: 255 steps for int8; int16 is symmetric.
  int64_t steps = 255;
  bool symmetric = false;
};

// Moving average with a decay of 0.99 a sample, of each sample's smallest and largest value. Divided by the sum of the
// weights, as TensorFlow's assign_moving_average does with zero_debias, so that the first samples count no more than
// later ones. Moving averages of activation ranges: Krishnamoorthi, "Quantizing deep convolutional networks for
// efficient inference", arXiv:1806.08342 (2018), section 3.1; TensorFlow's MovingAvgQuantize.
class MovingRange {
 public:
  static constexpr double kDecay = 0.99;
  void add(const Range& sample);
  Range range() const;

 private:
  double min_ = 0, max_ = 0, weight_ = 0;
};

// The range that leaves out (100 - percent) / 2 percent of the values at either end, linear within bins and never
// wider than the values; 100 keeps all. Percentiles for calibration: Wu et al., "Integer quantization for deep learning
// inference", arXiv:2004.09602 (2020), section 4.
Range percentile_range(const Histogram& histogram, double percent);

// Of all ranges that start and end at bins and hold 0, that of the least mean squared error: values outside are clipped
// to its ends, values inside are off by step^2 / 12 on average (a uniform error), zeros by nothing. The narrowest bins
// bound what this can find for int16. Error model: Banner et al., "Post training 4-bit quantization of convolutional
// networks", arXiv:1810.05723 (2019); choosing scales by squared error: Sung et al., arXiv:1511.06488 (2015).
Range mse_range(const Histogram& histogram, int64_t steps, bool symmetric);

// The threshold T on |value| for which the histogram of |value|, clipped at T, differs least from its quantized form by
// Kullback-Leibler divergence; the range is [-T, T] as far as there are values. Migacz, "8-bit inference with TensorRT"
// (GTC 2017): bins within T are joined into as many levels as T has, each level's count is spread evenly over those of
// its bins that are not empty; counts beyond T go to the last bin of the reference alone. Unlike there, zeros are left
// out and the number of levels follows from the range, which need not be symmetric. With more levels than bins (int16)
// nothing is lost and the range is that of all values.
Range entropy_range(const Histogram& histogram, int64_t steps, bool symmetric);

// What one tensor's range is learnt from, sample by sample.
class RangeLearner {
 public:
  // `values`: float32, all finite, of range `range`.
  void add(std::span<const uint8_t> values, const Range& range, CalibrationMethod method);
  // Smallest and largest value.
  const Range& seen() const { return seen_; }
  // Never wider than seen(); empty if nothing was seen. Same values: same range.
  Range calibrated(const Calibration& calibration) const;

 private:
  Range seen_;
  MovingRange moving_;
  Histogram histogram_;
};

}  // namespace atl::quantizer
