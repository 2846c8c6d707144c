// The sums of a depthwise convolution, channel by channel, at one output pixel.
#pragma once

#include <cstdint>
#include <vector>

#include "common/kernels/interface/im2col.h"

namespace atl::kernels::products {

// The taps of one output pixel that lie inside the image, and how far apart they are, in elements. Both the image and
// the weights have as many channels as the output.
template <typename In, typename Weight>
struct Taps {
  const In* input;
  const Weight* weights;
  int64_t rows, columns;
  int64_t input_row, input_column, weight_row, weight_column;
};

template <typename In, typename Weight>
Taps<In, Weight> taps_at(const Window& window, const In* image, const Weight* weights, int64_t y, int64_t x) {
  const int64_t channels = window.out_channels;
  const TapRange rows = taps_inside(window.y, window.y.first(y)), columns = taps_inside(window.x, window.x.first(x));
  Taps<In, Weight> taps{image, weights, rows.last - rows.first, columns.last - columns.first, 0, 0, 0, 0};
  if (taps.rows == 0 || taps.columns == 0) return taps;
  const int64_t row = window.y.first(y) + rows.first * window.y.dilation;
  const int64_t column = window.x.first(x) + columns.first * window.x.dilation;
  taps.input += (row * window.x.input + column) * channels;
  taps.weights += (rows.first * window.x.kernel + columns.first) * channels;
  taps.input_row = window.y.dilation * window.x.input * channels, taps.input_column = window.x.dilation * channels;
  taps.weight_row = window.x.kernel * channels, taps.weight_column = channels;
  return taps;
}

// The image as it is, or, when a channel makes several outputs, a copy with each channel as often.
template <typename In>
const In* repeat_channels(const Window& window, const In* image, std::vector<In>& copy) {
  if (window.in_channels == 0 || window.out_channels == window.in_channels) return image;
  const int64_t times = window.out_channels / window.in_channels;
  const int64_t count = window.y.input * window.x.input * window.in_channels;
  copy.resize(static_cast<size_t>(count * times));
  for (int64_t i = 0; i < count; ++i) std::fill_n(copy.data() + i * times, times, image[i]);
  return copy.data();
}

// sums[c] = sum over the taps, in order, of (input[c] - zero point) * weights[c]; c < count. Integer sums wrap.
void depthwise_sums(const Taps<float, float>& taps, float* sums, int64_t count);
void depthwise_sums(const Taps<int8_t, int16_t>& taps, int32_t zero_point, int32_t* sums, int64_t count);
void depthwise_sums(const Taps<uint8_t, int16_t>& taps, int32_t zero_point, int32_t* sums, int64_t count);
void depthwise_sums(const Taps<int16_t, int16_t>& taps, int32_t zero_point, int32_t* sums, int64_t count);
void depthwise_sums(const Taps<int16_t, int16_t>& taps, int32_t zero_point, int64_t* sums, int64_t count);

}  // namespace atl::kernels::products
