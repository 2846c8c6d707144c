// CONV_2D as a matrix product of the windows (im2col) with the filters; groups by filter depth.
#include <algorithm>

#include "common/kernels/f32/eigen.h"
#include "common/kernels/f32/kernels.h"
#include "common/kernels/interface/im2col.h"

namespace atl::kernels::f32 {
namespace {

constexpr int64_t kTileElements = 256 << 10;  // of window rows at a time

class Conv2D final : public Kernel {
 public:
  Conv2D(const OpContext& context, const Window& window, FloatRange range) : window_(window), range_(range) {
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
    const int64_t tile =
        std::clamp<int64_t>(kTileElements / std::max<int64_t>(depth_, 1), 8, std::max<int64_t>(pixels, 8));
    rows_.resize(static_cast<size_t>(tile * depth_));
    for (int64_t first = 0; first < pixels; first += tile) {
      tile_of_pixels(inputs, first, std::min(tile, pixels - first), output.data());
    }
    clamp(output, range_);
    return {};
  }

 private:
  void tile_of_pixels(std::span<const ConstView> inputs, int64_t first, int64_t count, float* output) {
    const std::span<const float> bias = bias_of(inputs);
    const int64_t group_filters = filters_ / std::max<int64_t>(groups_, 1);
    const auto copy = [](const float* from, float* to, int64_t n) { std::copy_n(from, n, to); };
    Rows out(output + first * filters_, count, filters_);
    for (int64_t group = 0; group < groups_; ++group) {
      im2col(window_, inputs[0].as<float>().data(), {group * group_depth_, group_depth_}, first, count, depth_,
             rows_.data(), copy);
      const ConstRows windows(rows_.data(), count, depth_);
      const ConstRows weights(inputs[1].as<float>().data() + group * group_filters * depth_, group_filters, depth_);
      const size_t begin = static_cast<size_t>(group * group_filters), size = static_cast<size_t>(group_filters);
      const std::span<const float> group_bias = bias.empty() ? bias : bias.subspan(begin, size);
      if (groups_ == 1) {
        multiply_add_bias(windows, weights, group_bias, out);
        continue;
      }
      group_sums_.resize(static_cast<size_t>(count * group_filters));
      Rows sums(group_sums_.data(), count, group_filters);
      multiply_add_bias(windows, weights, group_bias, sums);
      out.middleCols(group * group_filters, group_filters) = sums;
    }
  }

  Window window_;
  FloatRange range_;
  int64_t filters_ = 0, group_depth_ = 0, groups_ = 0, depth_ = 0;
  std::vector<float> rows_, group_sums_;
};

}  // namespace

Result<PreparedKernel> prepare_conv_2d(const OpContext& context) {
  fix_blocking();
  const auto& attrs = context.attrs<graph::Conv2DAttrs>();
  const graph::Shape& filter = context.input(1).shape;
  ATOLL_ASSIGN(const FloatRange range, float_range(context, attrs.activation));
  const Window window =
      make_window(context.input(0), context.output(0), attrs.padding,
                  {attrs.stride_h, attrs.stride_w, filter[1], filter[2], attrs.dilation_h, attrs.dilation_w});
  return PreparedKernel(std::make_unique<Conv2D>(context, window, range));
}

}  // namespace atl::kernels::f32
