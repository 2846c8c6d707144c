// DEPTHWISE_CONV_2D: each image of the batch is quantized as a whole, asymmetrically;
// y = float(acc) * (sw * sx) + bias.
#include <algorithm>

#include "common/kernels/hybrid/kernels.h"
#include "common/kernels/hybrid/operands.h"
#include "common/kernels/interface/simd.h"
#include "common/kernels/products/byte_weights.h"
#include "common/kernels/products/depthwise.h"
#include "common/kernels/products/dynamic_rows.h"

namespace atl::kernels::hybrid {
namespace {

// outputs[c] = clamp(float(sums[c]) * (scales[c] * scale) + bias[c])
ATOLL_CLONES void finish(const int32_t* sums, const float* scales, float scale, const float* bias, FloatRange range,
                         float* outputs, int64_t count) {
  for (int64_t c = 0; c < count; ++c) {
    outputs[c] = range.clamp(static_cast<float>(sums[c]) * (scales[c] * scale) + bias[c]);
  }
}

class DepthwiseConv2D final : public Kernel {
 public:
  DepthwiseConv2D(const OpContext& context, const Window& window, std::vector<float> scales, FloatRange range)
      : window_(window),
        range_(range),
        scales_(std::move(scales)),
        bias_(static_cast<size_t>(window.out_channels), 0.0f),
        weights_(products::ByteWeights::for_floats(context, 1)),
        wide_weights_(static_cast<size_t>(window.y.kernel * window.x.kernel * window.out_channels)),
        sums_(static_cast<size_t>(window.out_channels)) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const int64_t channels = window_.out_channels;
    const std::span<float> output = outputs[0].as<float>();
    ATOLL_CHECK(static_cast<int64_t>(output.size()) == window_.batch * window_.y.output * window_.x.output * channels);
    if (const auto bias = optional_input<float>(inputs, 2); !bias.empty()) {
      std::copy(bias.begin(), bias.end(), bias_.begin());
    }
    const auto count = static_cast<int64_t>(wide_weights_.size());
    const auto* bytes = reinterpret_cast<const int8_t*>(weights_.rows(inputs[1], 0, count).data);
    products::widen(bytes, wide_weights_.data(), count, 0);
    const int64_t image_size = window_.y.input * window_.x.input * window_.in_channels;
    products::quantize_rows(inputs[0].as<float>().data(), window_.batch, image_size, true, images_);
    float* out = output.data();
    for (int64_t i = 0; i < window_.batch; ++i) {
      const int16_t* image = products::repeat_channels(window_, images_.values.data() + i * images_.stride(), image_);
      for (int64_t y = 0; y < window_.y.output; ++y) {
        for (int64_t x = 0; x < window_.x.output; ++x, out += channels) {
          products::depthwise_sums(products::taps_at(window_, image, wide_weights_.data(), y, x), 0, sums_.data(),
                                   channels);
          finish(sums_.data(), scales_.data(), images_.scales[static_cast<size_t>(i)], bias_.data(), range_, out,
                 channels);
        }
      }
    }
    return {};
  }

 private:
  Window window_;
  FloatRange range_;
  std::vector<float> scales_, bias_;
  products::ByteWeights weights_;
  std::vector<int16_t> wide_weights_, image_;
  std::vector<int32_t> sums_;
  products::DynamicRows images_;
};

}  // namespace

Result<PreparedKernel> prepare_depthwise_conv_2d(const OpContext& context) {
  const auto& attrs = context.attrs<graph::DepthwiseConv2DAttrs>();
  const graph::Shape& filter = context.input(1).shape;
  ATOLL_ASSIGN(const FloatRange range, float_range(context, attrs.activation));
  ATOLL_ASSIGN(std::vector<float> scales, channel_scales(context, 1, filter[3]));
  const Window window =
      make_window(context.input(0), context.output(0), attrs.padding,
                  {attrs.stride_h, attrs.stride_w, filter[1], filter[2], attrs.dilation_h, attrs.dilation_w});
  return PreparedKernel(std::make_unique<DepthwiseConv2D>(context, window, std::move(scales), range));
}

}  // namespace atl::kernels::hybrid
