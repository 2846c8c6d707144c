#include "common/kernels/products/dynamic_rows.h"

#include <algorithm>
#include <cmath>

#include "common/kernels/interface/simd.h"

namespace atl::kernels::products {
namespace {

struct Code {
  float inverse;  // of the scale
  int32_t zero_point;
  int32_t low, high;  // of q
};

// Values that are no numbers, or beyond all integers, end at the lower bound; far beyond the range of q in any case.
constexpr float kFarOff = 1000;
inline int32_t truncated(float x) {
  x = x > -kFarOff ? x : -kFarOff;
  return static_cast<int32_t>(x < kFarOff ? x : kFarOff);
}

ATOLL_CLONES void encode(const float* x, int64_t count, Code code, int16_t* to) {
  const int64_t grouped = count / 8 * 8;
  for (int64_t i = 0; i < grouped; ++i) {
    const float scaled = x[i] * code.inverse;
    const int32_t rounded = truncated(scaled + (scaled < 0 ? -0.5f : 0.5f));
    const int32_t q = std::min(std::max(rounded + code.zero_point, code.low), code.high);
    to[i] = static_cast<int16_t>(q - code.zero_point);
  }
  for (int64_t i = grouped; i < count; ++i) {
    const int32_t rounded = truncated(std::round(x[i] * code.inverse));
    const int32_t q = std::min(std::max(rounded + code.zero_point, code.low), code.high);
    to[i] = static_cast<int16_t>(q - code.zero_point);
  }
}

struct Extremes {
  float low = 0, high = 0;  // never beyond 0
};

ATOLL_CLONES Extremes extremes(const float* x, int64_t count) {
  constexpr int64_t kLanes = 16;
  float low[kLanes] = {}, high[kLanes] = {};
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (int64_t lane = 0; lane < kLanes; ++lane) {
      low[lane] = x[i + lane] < low[lane] ? x[i + lane] : low[lane];
      high[lane] = x[i + lane] > high[lane] ? x[i + lane] : high[lane];
    }
  }
  Extremes all;
  for (; i < count; ++i) all = {std::min(all.low, x[i]), std::max(all.high, x[i])};
  for (int64_t lane = 0; lane < kLanes; ++lane) {
    all = {std::min(all.low, low[lane]), std::max(all.high, high[lane])};
  }
  return all;
}

float encode_symmetric(const float* x, int64_t count, Extremes range, int16_t* to) {
  const float largest = std::max(-range.low, range.high);
  encode(x, count, {127.0f / largest, 0, -127, 127}, to);
  return largest / 127.0f;
}

float encode_asymmetric(const float* x, int64_t count, Extremes range, int16_t* to) {
  const double scale = static_cast<double>(range.high - range.low) / 255.0;
  const double from_low = static_cast<double>(range.low) / scale, from_high = static_cast<double>(range.high) / scale;
  const double zero_point = 128 + std::abs(from_low) < 127 + std::abs(from_high) ? -128 - from_low : 127 - from_high;
  // The comparison is false for NaN.
  const double bounded = zero_point > -128 ? std::min(zero_point, 127.0) : -128.0;
  const auto narrow = static_cast<float>(scale);
  const float inverse = narrow == 0 ? 0.0f : static_cast<float>(1.0 / static_cast<double>(narrow));
  encode(x, count, {inverse, static_cast<int32_t>(std::round(bounded)), -128, 127}, to);
  return narrow;
}

}  // namespace

void quantize_rows(const float* x, int64_t rows, int64_t depth, bool asymmetric, DynamicRows& to) {
  to.rows = rows, to.depth = depth, to.all_zero = true;
  to.values.resize(static_cast<size_t>(rows * to.stride()));
  to.scales.resize(static_cast<size_t>(rows));
  for (int64_t i = 0; i < rows; ++i) {
    int16_t* values = to.values.data() + i * to.stride();
    const Extremes range = extremes(x + i * depth, depth);
    float& scale = to.scales[static_cast<size_t>(i)];
    if (range.low == 0 && range.high == 0) {
      std::fill_n(values, depth, static_cast<int16_t>(0));
      scale = 1;
      continue;
    }
    to.all_zero = false;
    scale = asymmetric ? encode_asymmetric(x + i * depth, depth, range, values)
                       : encode_symmetric(x + i * depth, depth, range, values);
  }
}

void accumulate(const DynamicRows& x, WeightRows weights, int64_t columns, WeightScales scales, float* out,
                int64_t stride, DynamicScratch& scratch) {
  if (x.all_zero) return;
  scratch.sums.resize(static_cast<size_t>(x.rows * columns));
  gemm({x.rows, columns, x.depth}, {x.values.data(), x.stride()}, weights, scratch.sums.data(), columns, scratch.gemm);
  for (int64_t i = 0; i < x.rows; ++i) {
    const int32_t* sums = scratch.sums.data() + i * columns;
    const float scale = x.scales[static_cast<size_t>(i)];
    float* to = out + i * stride;
    if (scales.per_channel()) {
      for (int64_t j = 0; j < columns; ++j) to[j] += static_cast<float>(sums[j]) * (scales.values[j] * scale);
    } else {
      const float product = scale * scales.values[0];
      for (int64_t j = 0; j < columns; ++j) to[j] += static_cast<float>(sums[j]) * product;
    }
  }
}

}  // namespace atl::kernels::products
