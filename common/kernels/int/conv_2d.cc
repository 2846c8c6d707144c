// CONV_2D: acc = sum of (x - zero point of x) * (w - zero point of w) + bias; padding contributes nothing.
// int8 weights are symmetric: a zero point they carry is not looked at, as in the reference.
// Groups: input channels / filter depth; a group's filters see its own slice of the channels.
#include <algorithm>

#include "common/kernels/int/output_stage.h"
#include "common/kernels/int/weighted.h"
#include "common/kernels/interface/im2col.h"
#include "common/kernels/products/byte_weights.h"

namespace atl::kernels::integer {
namespace {

constexpr int64_t kTileElements = 64 << 10;  // of window rows, and of sums, at a time: they stay in the cache

template <typename T>
class Conv2D final : public Kernel {
  using Sum = typename StageOf<T>::Sum;
  using Stage = typename StageOf<T>::Stage;

 public:
  Conv2D(const OpContext& context, const Window& window, Stage stage, QuantParams in, int32_t weight_zero_point)
      : window_(window),
        stage_(std::move(stage)),
        input_zero_point_(in.zero_point),
        weights_(context, 1, weight_zero_point) {
    const graph::Tensor& filter = context.input(1);
    group_depth_ = filter.shape[3];
    filters_ = filter.shape[0];
    groups_ = group_depth_ == 0 ? 0 : window.in_channels / group_depth_;
    depth_ = window.y.kernel * window.x.kernel * group_depth_;
  }

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const int64_t pixels = window_.batch * window_.y.output * window_.x.output;
    ATOLL_CHECK(static_cast<int64_t>(outputs[0].as<T>().size()) == pixels * filters_);
    const std::span<const Sum> bias = bias_.read(inputs, 2);
    const int64_t stride = products::gemm_depth(depth_);
    const int64_t tile = std::min(
        pixels, std::clamp<int64_t>(kTileElements / std::max<int64_t>(std::max(stride, filters_), 1), 48, 4096));
    rows_.resize(static_cast<size_t>(tile * stride));
    sums_.resize(static_cast<size_t>(tile * filters_));
    for (int64_t first = 0; first < pixels; first += tile) {
      const int64_t count = std::min(tile, pixels - first);
      for (int64_t group = 0; group < groups_; ++group) accumulate(inputs, group, first, count);
      finish(bias, outputs[0].as<T>().data() + first * filters_, count);
    }
    return {};
  }

 private:
  // The sums of one group's filters at `count` output pixels.
  void accumulate(std::span<const ConstView> inputs, int64_t group, int64_t first, int64_t count) {
    const auto subtract = [this](const T* from, int16_t* to, int64_t n) {
      products::widen(from, to, n, input_zero_point_);
    };
    const int64_t stride = products::gemm_depth(depth_), filters = filters_ / groups_;
    const T* input = inputs[0].as<T>().data();
    if (is_pointwise(window_) && groups_ == 1 && stride == depth_) {
      subtract(input + first * depth_, rows_.data(), count * depth_);
    } else {
      im2col(window_, input, {group * group_depth_, group_depth_}, first, count, stride, rows_.data(), subtract);
    }
    products::gemm({count, filters, depth_}, {rows_.data(), stride}, weights_.rows(inputs[1], group * filters, depth_),
                   sums_.data() + group * filters, filters_, scratch_);
  }

  void finish(std::span<const Sum> bias, T* output, int64_t count) const {
    for (int64_t i = 0; i < count; ++i) stage_.apply(sums_.data() + i * filters_, bias, output + i * filters_);
  }

  Window window_;
  Stage stage_;
  int32_t input_zero_point_;
  products::ByteWeights weights_;
  int64_t group_depth_ = 0, filters_ = 0, groups_ = 0, depth_ = 0;
  std::vector<int16_t> rows_;
  std::vector<Sum> sums_;
  BiasReader<Sum> bias_;
  products::GemmScratch scratch_;
};

template <typename T>
Result<PreparedKernel> prepare(const OpContext& context, int32_t weight_zero_point) {
  const auto& attrs = context.attrs<graph::Conv2DAttrs>();
  const graph::Shape& filter = context.input(1).shape;
  ATOLL_ASSIGN(auto stage, convolution_stage<T>(context, {}, filter[0], attrs.activation, attrs.quantized_bias_type));
  ATOLL_ASSIGN(const QuantParams in, input_quant(context, 0));
  const Window window =
      make_window(context.input(0), context.output(0), attrs.padding,
                  {attrs.stride_h, attrs.stride_w, filter[1], filter[2], attrs.dilation_h, attrs.dilation_w});
  return PreparedKernel(std::make_unique<Conv2D<T>>(context, window, std::move(stage), in, weight_zero_point));
}

}  // namespace

Result<PreparedKernel> prepare_conv_2d(const OpContext& context) {
  if (context.input(0).type == graph::DType::kInt16) return prepare<int16_t>(context, 0);
  if (context.input(0).type == graph::DType::kInt8) return prepare<int8_t>(context, 0);
  ATOLL_ASSIGN(const QuantParams weights, input_quant(context, 1));
  return prepare<uint8_t>(context, weights.zero_point);
}

}  // namespace atl::kernels::integer
