// DEPTHWISE_CONV_2D: output channel = input channel * multiplier + m; one fused row of channels at a time.
#include <algorithm>

#include "common/kernels/f32/eigen.h"
#include "common/kernels/f32/kernels.h"
#include "common/kernels/interface/im2col.h"

namespace atl::kernels::f32 {
namespace {

class DepthwiseConv2D final : public Kernel {
 public:
  DepthwiseConv2D(const Window& window, FloatRange range) : window_(window), range_(range) {
    multiplier_ = window.in_channels == 0 ? 0 : window.out_channels / window.in_channels;
  }

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::span<float> output = outputs[0].as<float>();
    const std::span<const float> bias = bias_of(inputs);
    const float* input = inputs[0].as<float>().data();
    const float* weights = inputs[1].as<float>().data();
    const int64_t image_size = window_.y.input * window_.x.input * window_.in_channels;
    ATOLL_CHECK(static_cast<int64_t>(output.size()) ==
                window_.batch * window_.y.output * window_.x.output * window_.out_channels);
    float* out = output.data();
    for (int64_t image = 0; image < window_.batch; ++image) {
      for (int64_t y = 0; y < window_.y.output; ++y) {
        for (int64_t x = 0; x < window_.x.output; ++x, out += window_.out_channels) {
          Array sums(out, window_.out_channels);
          sums.setZero();
          pixel(input + image * image_size, weights, y, x, sums);
          if (!bias.empty()) sums += ConstArray(bias.data(), window_.out_channels);
        }
      }
    }
    clamp(output, range_);
    return {};
  }

 private:
  void pixel(const float* image, const float* weights, int64_t y, int64_t x, Array& sums) const {
    const int64_t start_y = window_.y.first(y), start_x = window_.x.first(x);
    const TapRange rows = taps_inside(window_.y, start_y), columns = taps_inside(window_.x, start_x);
    for (int64_t ky = rows.first; ky < rows.last; ++ky) {
      for (int64_t kx = columns.first; kx < columns.last; ++kx) {
        const int64_t line = (start_y + ky * window_.y.dilation) * window_.x.input;
        const float* tap = image + (line + start_x + kx * window_.x.dilation) * window_.in_channels;
        const float* filter = weights + (ky * window_.x.kernel + kx) * window_.out_channels;
        if (multiplier_ == 1) {
          sums += ConstArray(tap, window_.out_channels) * ConstArray(filter, window_.out_channels);
          continue;
        }
        for (int64_t c = 0; c < window_.in_channels; ++c) {
          sums.segment(c * multiplier_, multiplier_) += tap[c] * ConstArray(filter + c * multiplier_, multiplier_);
        }
      }
    }
  }

  Window window_;
  FloatRange range_;
  int64_t multiplier_ = 1;
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
