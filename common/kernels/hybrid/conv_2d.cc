// CONV_2D: each image of the batch is quantized as a whole.
//   weights with one scale, or all equal:  symmetrically,  y = float(acc) * (sx * sw) + bias
//   with different scales, or groups:      asymmetrically, y = (float(acc) * sw) * sx + bias
#include <algorithm>

#include "common/kernels/hybrid/kernels.h"
#include "common/kernels/hybrid/operands.h"
#include "common/kernels/interface/im2col.h"
#include "common/kernels/interface/simd.h"
#include "common/kernels/products/byte_weights.h"
#include "common/kernels/products/dynamic_rows.h"

namespace atl::kernels::hybrid {
namespace {

constexpr int64_t kTileElements = 64 << 10;

// outputs[c] = clamp((float(sums[c]) * scales[c]) * scale + bias[c])
ATOLL_CLONES void finish(const int32_t* sums, const float* scales, float scale, const float* bias, FloatRange range,
                         float* outputs, int64_t count) {
  for (int64_t c = 0; c < count; ++c) {
    outputs[c] = range.clamp(static_cast<float>(sums[c]) * scales[c] * scale + bias[c]);
  }
}

class Conv2D final : public Kernel {
 public:
  Conv2D(const OpContext& context, const Window& window, std::vector<float> scales, FloatRange range)
      : window_(window),
        range_(range),
        scales_(std::move(scales)),
        weights_(products::ByteWeights::for_floats(context, 1)) {
    const graph::Shape& filter = context.input(1).shape;
    filters_ = filter[0];
    group_depth_ = filter[3];
    groups_ = group_depth_ == 0 ? 0 : window.in_channels / group_depth_;
    depth_ = window.y.kernel * window.x.kernel * group_depth_;
    const auto differs = [&](float scale) { return scale != scales_[0]; };
    asymmetric_ = groups_ != 1 || std::any_of(scales_.begin(), scales_.end(), differs);
    bias_.resize(static_cast<size_t>(filters_));
    factors_.resize(static_cast<size_t>(filters_));
  }

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const int64_t pixels = window_.y.output * window_.x.output;
    const std::span<float> output = outputs[0].as<float>();
    ATOLL_CHECK(static_cast<int64_t>(output.size()) == window_.batch * pixels * filters_);
    if (const auto bias = optional_input<float>(inputs, 2); !bias.empty()) {
      std::copy(bias.begin(), bias.end(), bias_.begin());
    }
    const int64_t image_size = window_.y.input * window_.x.input * window_.in_channels;
    products::quantize_rows(inputs[0].as<float>().data(), window_.batch, image_size, asymmetric_, images_);
    const int64_t widest = std::max<int64_t>(std::max(depth_, filters_), 1);
    const int64_t tile = std::min(pixels, std::clamp<int64_t>(kTileElements / widest, 48, 4096));
    sums_.resize(static_cast<size_t>(tile * filters_));
    for (int64_t image = 0; image < window_.batch; ++image) {
      for (int64_t first = 0; first < pixels; first += tile) {
        convolve(inputs[1], image, first, std::min(tile, pixels - first),
                 output.data() + (image * pixels + first) * filters_);
      }
    }
    return {};
  }

 private:
  void convolve(const ConstView& weights, int64_t image, int64_t first, int64_t count, float* output) {
    const int64_t filters = filters_ / std::max<int64_t>(groups_, 1);
    for (int64_t group = 0; group < groups_; ++group) {
      products::gemm({count, filters, depth_}, windows(image, group, first, count),
                     weights_.rows(weights, group * filters, depth_), sums_.data() + group * filters, filters_,
                     scratch_);
    }
    const float image_scale = images_.scales[static_cast<size_t>(image)];
    for (size_t c = 0; c < factors_.size(); ++c) {
      factors_[c] = asymmetric_ ? scales_[scales_.size() == 1 ? 0 : c] : image_scale * scales_[0];
    }
    for (int64_t i = 0; i < count; ++i) {
      finish(sums_.data() + i * filters_, factors_.data(), asymmetric_ ? image_scale : 1.0f, bias_.data(), range_,
             output + i * filters_, filters_);
    }
  }

  products::WideRows windows(int64_t image, int64_t group, int64_t first, int64_t count) {
    const int16_t* values = images_.values.data() + image * images_.stride();
    if (is_pointwise(window_) && window_.in_channels % 2 == 0 && group_depth_ % 2 == 0) {
      return {values + first * window_.in_channels + group * group_depth_, window_.in_channels};
    }
    const int64_t stride = products::gemm_depth(depth_);
    rows_.resize(static_cast<size_t>(count * stride));
    const auto copy = [](const int16_t* from, int16_t* to, int64_t n) { std::copy_n(from, n, to); };
    im2col(window_, values, {group * group_depth_, group_depth_}, first, count, stride, rows_.data(), copy);
    return {rows_.data(), stride};
  }

  Window window_;
  FloatRange range_;
  std::vector<float> scales_, bias_, factors_;
  products::ByteWeights weights_;
  int64_t filters_ = 0, group_depth_ = 0, groups_ = 0, depth_ = 0;
  bool asymmetric_ = false;
  products::DynamicRows images_;
  std::vector<int16_t> rows_;
  std::vector<int32_t> sums_;
  products::GemmScratch scratch_;
};

}  // namespace

Result<PreparedKernel> prepare_conv_2d(const OpContext& context) {
  const auto& attrs = context.attrs<graph::Conv2DAttrs>();
  const graph::Shape& filter = context.input(1).shape;
  ATOLL_ASSIGN(const FloatRange range, float_range(context, attrs.activation));
  ATOLL_ASSIGN(std::vector<float> scales, weight_scales(context, 1, filter[0]));
  const Window window =
      make_window(context.input(0), context.output(0), attrs.padding,
                  {attrs.stride_h, attrs.stride_w, filter[1], filter[2], attrs.dilation_h, attrs.dilation_w});
  return PreparedKernel(std::make_unique<Conv2D>(context, window, std::move(scales), range));
}

}  // namespace atl::kernels::hybrid
