// TRANSPOSE_CONV: each image of the batch is quantized as a whole, asymmetrically. Every single product is scaled,
// (float(x w) * sw) * sx, and added in float32, input pixels and channels in order; then the bias.
#include <algorithm>

#include "common/kernels/hybrid/kernels.h"
#include "common/kernels/hybrid/operands.h"
#include "common/kernels/products/dynamic_rows.h"
#include "common/kernels/products/transpose_conv.h"

namespace atl::kernels::hybrid {
namespace {

class TransposeConv final : public Kernel {
 public:
  TransposeConv(const products::BackwardWindow& back, std::vector<float> scales, FloatRange range)
      : back_(back), phases_(products::phases(back)), range_(range), scales_(std::move(scales)) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const int64_t in_size = back_.y.output * back_.x.output * back_.out_channels;
    const int64_t out_size = back_.y.input * back_.x.input * back_.in_channels;
    const std::span<float> output = outputs[0].as<float>();
    ATOLL_CHECK(static_cast<int64_t>(output.size()) == back_.batch * out_size);
    products::quantize_rows(inputs[2].as<float>().data(), back_.batch, in_size, true, images_);
    for (const products::Phase& phase : phases_) {
      products::gather_weights(back_, phase, inputs[1].as<int8_t>().data(), back_.in_channels, back_.out_channels,
                               weights_);
      for (int64_t i = 0; i < back_.batch; ++i) {
        spread(phase, i, optional_input<float>(inputs, 3), output.data() + i * out_size);
      }
    }
    return {};
  }

 private:
  void spread(const products::Phase& phase, int64_t i, std::span<const float> bias, float* output) {
    const int64_t channels = back_.in_channels;
    const int64_t depth = static_cast<int64_t>(phase.taps.size()) * back_.out_channels;
    const int16_t* image = images_.values.data() + i * images_.stride();
    const auto copy = [](const int16_t* from, int16_t* to, int64_t n) { std::copy_n(from, n, to); };
    row_.resize(static_cast<size_t>(depth));
    for (int64_t pixel = 0; pixel < phase.pixels(); ++pixel) {
      products::gather_windows(back_, phase, image, back_.out_channels, pixel, 1, depth, row_.data(), copy);
      float* to = output + products::pixel_offset(back_, phase, pixel, channels);
      for (int64_t c = 0; c < channels; ++c) {
        float sum = 0;
        for (int64_t k = 0; k < depth; ++k) {
          const int32_t product = row_[static_cast<size_t>(k)] * weights_[static_cast<size_t>(c * depth + k)];
          sum += static_cast<float>(product) * scales_[static_cast<size_t>(c)] * images_.scales[static_cast<size_t>(i)];
        }
        to[c] = range_.clamp(bias.empty() ? sum : sum + bias[static_cast<size_t>(c)]);
      }
    }
  }

  products::BackwardWindow back_;
  std::vector<products::Phase> phases_;
  FloatRange range_;
  std::vector<float> scales_;
  std::vector<int8_t> weights_;
  std::vector<int16_t> row_;
  products::DynamicRows images_;
};

}  // namespace

Result<PreparedKernel> prepare_transpose_conv(const OpContext& context) {
  const auto& attrs = context.attrs<graph::TransposeConvAttrs>();
  const graph::Shape& filter = context.input(1).shape;
  ATOLL_ASSIGN(const FloatRange range, float_range(context, attrs.activation));
  ATOLL_ASSIGN(std::vector<float> scales, channel_scales(context, 1, filter[0]));
  const Window back = make_window(context.output(0), context.input(2), attrs.padding,
                                  {attrs.stride_h, attrs.stride_w, filter[1], filter[2], 1, 1});
  return PreparedKernel(std::make_unique<TransposeConv>(back, std::move(scales), range));
}

}  // namespace atl::kernels::hybrid
