// CONV_2D as a matrix product of the windows (im2col) with the filters; groups by filter depth.
#include <algorithm>

#include "common/kernels/f32/weighted.h"
#include "common/kernels/interface/im2col.h"
#include "common/kernels/products/float_gemm.h"

namespace atl::kernels::f32 {
namespace {

constexpr int64_t kTileElements = 48 << 10;  // of window rows at a time: they stay in the cache

class Conv2D final : public Kernel {
 public:
  Conv2D(const OpContext& context, const Window& window, FloatRange range)
      : window_(window), range_(range), sums_(context.options().float_sums) {
    const graph::Tensor& filter = context.input(1);
    filters_ = filter.shape[0];
    group_depth_ = filter.shape[3];
    groups_ = group_depth_ == 0 ? 0 : window.in_channels / group_depth_;
    depth_ = window.y.kernel * window.x.kernel * group_depth_;
  }

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const int64_t pixels = window_.batch * window_.y.output * window_.x.output;
    const std::span<float> output = outputs[0].as<float>();
    ATOLL_CHECK(static_cast<int64_t>(output.size()) == pixels * filters_);
    const int64_t tile = std::clamp<int64_t>(kTileElements / std::max<int64_t>(depth_, 1), 48, 4096);
    for (int64_t first = 0; first < pixels; first += tile) {
      for (int64_t group = 0; group < groups_; ++group) {
        multiply(inputs, group, first, std::min(tile, pixels - first), output.data() + first * filters_);
      }
    }
    return {};
  }

 private:
  // One group's share of `count` output pixels.
  void multiply(std::span<const ConstView> inputs, int64_t group, int64_t first, int64_t count, float* output) {
    const int64_t filters = filters_ / groups_;
    const std::span<const float> bias = optional_input<float>(inputs, 2);
    const auto begin = static_cast<size_t>(group * filters);
    const products::RowsView weights{inputs[1].as<float>().data() + group * filters * depth_, depth_};
    products::gemm({count, filters, depth_}, sums_, windows(inputs[0].as<float>().data(), group, first, count), weights,
                   bias.empty() ? bias : bias.subspan(begin, static_cast<size_t>(filters)), range_, output + begin,
                   filters_, panel_);
  }

  // The windows of `count` output pixels as rows: of the input itself where each window is one pixel.
  products::RowsView windows(const float* input, int64_t group, int64_t first, int64_t count) {
    if (is_pointwise(window_)) return {input + first * window_.in_channels + group * group_depth_, window_.in_channels};
    rows_.resize(static_cast<size_t>(count * depth_));
    const auto copy = [](const float* from, float* to, int64_t n) { std::copy_n(from, n, to); };
    im2col(window_, input, {group * group_depth_, group_depth_}, first, count, depth_, rows_.data(), copy);
    return {rows_.data(), depth_};
  }

  Window window_;
  FloatRange range_;
  FloatSums sums_;
  int64_t filters_ = 0, group_depth_ = 0, groups_ = 0, depth_ = 0;
  std::vector<float> rows_, panel_;
};

}  // namespace

Result<PreparedKernel> prepare_conv_2d(const OpContext& context) {
  const auto& attrs = context.attrs<graph::Conv2DAttrs>();
  const graph::Shape& filter = context.input(1).shape;
  ATOLL_ASSIGN(const FloatRange range, float_range(context, attrs.activation));
  const Window window =
      make_window(context.input(0), context.output(0), attrs.padding,
                  {attrs.stride_h, attrs.stride_w, filter[1], filter[2], attrs.dilation_h, attrs.dilation_w});
  return PreparedKernel(std::make_unique<Conv2D>(context, window, range));
}

}  // namespace atl::kernels::f32
