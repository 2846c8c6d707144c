// DEPTHWISE_CONV_2D: output channel = input channel * multiplier + m. Channels side by side; each sum runs over the
// taps in order.
#include <algorithm>

#include "common/kernels/f32/gemm.h"
#include "common/kernels/f32/kernels.h"
#include "common/kernels/interface/im2col.h"
#include "common/kernels/interface/simd.h"

namespace atl::kernels::f32 {
namespace {

// The taps of one output pixel that lie inside the image: from the first, in steps of elements.
struct Taps {
  const float *input, *weights;
  int64_t rows, columns;
  int64_t input_row, input_column, weight_row, weight_column;  // steps
};

// Channels [0, Count) of one pixel; Count is known to the compiler, so that the sums stay in registers.
template <int64_t Count>
inline __attribute__((always_inline)) void channels(const Taps& taps, const float* bias, FloatRange range, float* out) {
  float sums[Count] = {};
  for (int64_t y = 0; y < taps.rows; ++y) {
    for (int64_t x = 0; x < taps.columns; ++x) {
      const float* input = taps.input + y * taps.input_row + x * taps.input_column;
      const float* weights = taps.weights + y * taps.weight_row + x * taps.weight_column;
      for (int64_t c = 0; c < Count; ++c) sums[c] += input[c] * weights[c];
    }
  }
  for (int64_t c = 0; c < Count; ++c) {
    float y = sums[c] + bias[c];
    y = y < range.low ? range.low : y;  // NaN passes
    out[c] = range.high < y ? range.high : y;
  }
}

// One pixel's channels, each from its own input channel.
ATOLL_CLONES void pixel_of_channels(Taps taps, const float* bias, FloatRange range, float* out, int64_t count) {
  constexpr int64_t kBlock = 32, kSmallBlock = 8;
  const auto advance = [&](int64_t step) {
    taps.input += step, taps.weights += step, bias += step, out += step, count -= step;
  };
  for (; count >= kBlock; advance(kBlock)) channels<kBlock>(taps, bias, range, out);
  for (; count >= kSmallBlock; advance(kSmallBlock)) channels<kSmallBlock>(taps, bias, range, out);
  for (; count > 0; advance(1)) channels<1>(taps, bias, range, out);
}

class DepthwiseConv2D final : public Kernel {
 public:
  DepthwiseConv2D(const Window& window, FloatRange range) : window_(window), range_(range) {
    multiplier_ = window.in_channels == 0 ? 0 : window.out_channels / window.in_channels;
  }

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::span<float> output = outputs[0].as<float>();
    bias_.assign(static_cast<size_t>(window_.out_channels), 0.0f);
    if (const auto bias = bias_of(inputs); !bias.empty()) std::copy(bias.begin(), bias.end(), bias_.begin());
    const int64_t image_size = window_.y.input * window_.x.input * window_.in_channels;
    ATOLL_CHECK(static_cast<int64_t>(output.size()) ==
                window_.batch * window_.y.output * window_.x.output * window_.out_channels);
    float* out = output.data();
    for (int64_t image = 0; image < window_.batch; ++image) {
      const float* input = expanded(inputs[0].as<float>().data() + image * image_size);
      for (int64_t y = 0; y < window_.y.output; ++y) {
        for (int64_t x = 0; x < window_.x.output; ++x, out += window_.out_channels) {
          const Taps taps = taps_of(input, inputs[1].as<float>().data(), y, x);
          pixel_of_channels(taps, bias_.data(), range_, out, window_.out_channels);
        }
      }
    }
    return {};
  }

 private:
  // The image with each channel repeated `multiplier` times.
  const float* expanded(const float* image) {
    if (multiplier_ == 1) return image;
    const int64_t count = window_.y.input * window_.x.input * window_.in_channels;
    image_.resize(static_cast<size_t>(count * multiplier_));
    for (int64_t i = 0; i < count; ++i) std::fill_n(image_.data() + i * multiplier_, multiplier_, image[i]);
    return image_.data();
  }

  Taps taps_of(const float* image, const float* weights, int64_t y, int64_t x) const {
    const int64_t channels = window_.out_channels;
    const TapRange rows = taps_inside(window_.y, window_.y.first(y));
    const TapRange columns = taps_inside(window_.x, window_.x.first(x));
    const int64_t row = window_.y.first(y) + rows.first * window_.y.dilation;
    const int64_t column = window_.x.first(x) + columns.first * window_.x.dilation;
    Taps taps{image, weights, 0, 0, 0, 0, 0, 0};
    taps.rows = rows.last - rows.first, taps.columns = columns.last - columns.first;
    if (taps.rows == 0 || taps.columns == 0) return taps;
    taps.input = image + (row * window_.x.input + column) * channels;
    taps.weights = weights + (rows.first * window_.x.kernel + columns.first) * channels;
    taps.input_row = window_.y.dilation * window_.x.input * channels, taps.input_column = window_.x.dilation * channels;
    taps.weight_row = window_.x.kernel * channels, taps.weight_column = channels;
    return taps;
  }

  Window window_;
  FloatRange range_;
  int64_t multiplier_ = 1;
  std::vector<float> bias_, image_;
};

}  // namespace

Result<PreparedKernel> prepare_depthwise_conv_2d(const OpContext& context) {
  const auto& attrs = context.attrs<graph::DepthwiseConv2DAttrs>();
  const graph::Shape& filter = context.input(1).shape;
  ATOLL_ASSIGN(const FloatRange range, float_range(context, attrs.activation));
  const Window window =
      make_window(context.input(0), context.output(0), attrs.padding,
                  {attrs.stride_h, attrs.stride_w, filter[1], filter[2], attrs.dilation_h, attrs.dilation_w});
  return PreparedKernel(std::make_unique<DepthwiseConv2D>(window, range));
}

}  // namespace atl::kernels::f32
