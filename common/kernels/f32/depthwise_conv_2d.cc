// DEPTHWISE_CONV_2D: output channel = input channel * multiplier + m. Channels side by side; each sum runs over the
// taps in order.
#include <algorithm>

#include "common/kernels/f32/weighted.h"
#include "common/kernels/interface/float_range.h"
#include "common/kernels/interface/simd.h"
#include "common/kernels/products/depthwise.h"

namespace atl::kernels::f32 {
namespace {

// sums[c] = clamp(sums[c] + bias[c])
ATOLL_CLONES void finish(const float* bias, FloatRange range, float* sums, int64_t count) {
  for (int64_t c = 0; c < count; ++c) {
    float y = sums[c] + bias[c];
    y = y < range.low ? range.low : y;  // NaN passes
    sums[c] = range.high < y ? range.high : y;
  }
}

class DepthwiseConv2D final : public Kernel {
 public:
  DepthwiseConv2D(const Window& window, FloatRange range) : window_(window), range_(range) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::span<float> output = outputs[0].as<float>();
    bias_.assign(static_cast<size_t>(window_.out_channels), 0.0f);
    if (const auto bias = optional_input<float>(inputs, 2); !bias.empty())
      std::copy(bias.begin(), bias.end(), bias_.begin());
    const int64_t image_size = window_.y.input * window_.x.input * window_.in_channels;
    ATOLL_CHECK(static_cast<int64_t>(output.size()) ==
                window_.batch * window_.y.output * window_.x.output * window_.out_channels);
    float* out = output.data();
    for (int64_t image = 0; image < window_.batch; ++image) {
      const float* input =
          products::repeat_channels(window_, inputs[0].as<float>().data() + image * image_size, image_);
      for (int64_t y = 0; y < window_.y.output; ++y) {
        for (int64_t x = 0; x < window_.x.output; ++x, out += window_.out_channels) {
          products::depthwise_sums(products::taps_at(window_, input, inputs[1].as<float>().data(), y, x), out,
                                   window_.out_channels);
          finish(bias_.data(), range_, out, window_.out_channels);
        }
      }
    }
    return {};
  }

 private:
  Window window_;
  FloatRange range_;
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
