// TRANSPOSE_CONV: every input pixel spreads over a window of the output. Inputs: output shape, filter (O H W I), input,
// bias.
#include <algorithm>

#include "common/kernels/f32/weighted.h"
#include "common/kernels/products/float_gemm.h"
#include "common/kernels/products/transpose_conv.h"

namespace atl::kernels::f32 {
namespace {

constexpr int64_t kTilePixels = 192;

class TransposeConv final : public Kernel {
 public:
  TransposeConv(const products::BackwardWindow& back, FloatRange range, FloatSums sums)
      : back_(back), phases_(products::phases(back)), range_(range), sums_(sums) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const int64_t in_size = back_.y.output * back_.x.output * back_.out_channels;
    const int64_t out_size = back_.y.input * back_.x.input * back_.in_channels;
    const std::span<float> output = outputs[0].as<float>();
    ATOLL_CHECK(static_cast<int64_t>(output.size()) == back_.batch * out_size);
    for (const products::Phase& phase : phases_) {
      products::gather_weights(back_, phase, inputs[1].as<float>().data(), back_.in_channels, back_.out_channels,
                               weights_);
      for (int64_t image = 0; image < back_.batch; ++image) {
        spread(phase, inputs[2].as<float>().data() + image * in_size, optional_input<float>(inputs, 3),
               output.data() + image * out_size);
      }
    }
    return {};
  }

 private:
  void spread(const products::Phase& phase, const float* image, std::span<const float> bias, float* output) {
    const int64_t channels = back_.in_channels;
    const int64_t depth = static_cast<int64_t>(phase.taps.size()) * back_.out_channels;
    const auto copy = [](const float* from, float* to, int64_t n) { std::copy_n(from, n, to); };
    rows_.resize(static_cast<size_t>(kTilePixels * depth));
    results_.resize(static_cast<size_t>(kTilePixels * channels));
    for (int64_t first = 0; first < phase.pixels(); first += kTilePixels) {
      const int64_t count = std::min(kTilePixels, phase.pixels() - first);
      products::gather_windows(back_, phase, image, back_.out_channels, first, count, depth, rows_.data(), copy);
      products::gemm({count, channels, depth}, sums_, {rows_.data(), depth}, {weights_.data(), depth}, bias, range_,
                     results_.data(), channels, panel_);
      for (int64_t i = 0; i < count; ++i) {
        std::copy_n(results_.data() + i * channels, channels,
                    output + products::pixel_offset(back_, phase, first + i, channels));
      }
    }
  }

  products::BackwardWindow back_;
  std::vector<products::Phase> phases_;
  FloatRange range_;
  FloatSums sums_;
  std::vector<float> weights_, rows_, results_, panel_;
};

}  // namespace

Result<PreparedKernel> prepare_transpose_conv(const OpContext& context) {
  const auto& attrs = context.attrs<graph::TransposeConvAttrs>();
  const graph::Shape& filter = context.input(1).shape;
  ATOLL_ASSIGN(const FloatRange range, float_range(context, attrs.activation));
  const Window back = make_window(context.output(0), context.input(2), attrs.padding,
                                  {attrs.stride_h, attrs.stride_w, filter[1], filter[2], 1, 1});
  return PreparedKernel(std::make_unique<TransposeConv>(back, range, context.options().float_sums));
}

}  // namespace atl::kernels::f32
