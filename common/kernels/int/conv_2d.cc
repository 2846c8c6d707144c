// CONV_2D: acc = sum of (x - zero point of x) * (w - zero point of w) + bias; padding contributes nothing.
// int8 weights are symmetric: a zero point they carry is not looked at, as in the reference.
// Groups: input channels / filter depth; a group's filters see its own slice of the channels.
#include <algorithm>

#include "common/kernels/int/kernels.h"
#include "common/kernels/int/output_stage.h"
#include "common/kernels/int/packed_weights.h"
#include "common/kernels/interface/im2col.h"

namespace atl::kernels::integer {
namespace {

constexpr int64_t kTileBytes = 64 << 10;  // of im2col rows at a time: they stay in the cache

template <typename T>
class Conv2D final : public Kernel {
 public:
  Conv2D(const OpContext& context, const Window& window, OutputStage stage, QuantParams in, int32_t weight_zero_point)
      : window_(window),
        stage_(std::move(stage)),
        input_zero_point_(in.zero_point),
        weight_zero_point_(weight_zero_point) {
    const graph::Tensor& filter = context.input(1);
    group_depth_ = filter.shape[3];
    filters_ = filter.shape[0];
    groups_ = group_depth_ == 0 ? 0 : window.in_channels / group_depth_;
    depth_ = window.y.kernel * window.x.kernel * group_depth_;
    weights_constant_ = filter.is_constant();
    weight_type_ = filter.type;
    if (weights_constant_) weights_ = pack(filter.data->data());
  }

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    if (!weights_constant_) weights_ = pack(inputs[1].bytes.data());
    const int64_t pixels = window_.batch * window_.y.output * window_.x.output;
    ATOLL_CHECK(static_cast<int64_t>(outputs[0].bytes.size()) == pixels * filters_);
    const std::span<const int32_t> bias =
        inputs.size() > 2 && inputs[2].present ? inputs[2].as<int32_t>() : std::span<const int32_t>();
    const int64_t tile = std::max<int64_t>(8, kTileBytes / (2 * std::max<int64_t>(weights_.stride(), 1)));
    rows_.resize(static_cast<size_t>(std::min(tile, pixels) * weights_.stride()));
    sums_.resize(static_cast<size_t>(std::min(tile, pixels) * filters_));
    for (int64_t first = 0; first < pixels; first += tile) {
      const int64_t count = std::min(tile, pixels - first);
      accumulate(inputs[0].as<T>().data(), first, count);
      finish(bias, outputs[0].as<T>().data() + first * filters_, count);
    }
    return {};
  }

 private:
  PackedWeights pack(const uint8_t* bytes) const {
    return pack_weights(weight_type_, bytes, filters_, depth_, weight_zero_point_);
  }

  void accumulate(const T* input, int64_t first, int64_t count) {
    const auto subtract = [this](const T* from, int16_t* to, int64_t n) { widen(from, to, n, input_zero_point_); };
    const int64_t group_filters = groups_ == 0 ? 0 : filters_ / groups_;
    for (int64_t group = 0; group < groups_; ++group) {
      im2col(window_, input, {group * group_depth_, group_depth_}, first, count, weights_.stride(), rows_.data(),
             subtract);
      gemm(rows_.data(), weights_.row(group * group_filters), sums_.data() + group * group_filters, count,
           group_filters, weights_.stride(), filters_);
    }
  }

  void finish(std::span<const int32_t> bias, T* output, int64_t count) const {
    for (int64_t i = 0; i < count; ++i) stage_.apply(sums_.data() + i * filters_, bias, output + i * filters_);
  }

  Window window_;
  OutputStage stage_;
  int32_t input_zero_point_, weight_zero_point_;
  int64_t group_depth_ = 0, filters_ = 0, groups_ = 0, depth_ = 0;
  graph::DType weight_type_ = graph::DType::kInt8;
  bool weights_constant_ = false;
  PackedWeights weights_;
  std::vector<int16_t> rows_;  // padding beyond depth_ stays zero
  std::vector<int32_t> sums_;
};

}  // namespace

Result<PreparedKernel> prepare_conv_2d(const OpContext& context) {
  const auto& attrs = context.attrs<graph::Conv2DAttrs>();
  const graph::Tensor& filter = context.input(1);
  ATOLL_ASSIGN(OutputStage stage, convolution_stage(context, 0, filter.shape[0], attrs.activation));
  ATOLL_ASSIGN(const QuantParams in, input_quant(context, 0));
  const Window window = make_window(
      context.input(0), context.output(0), attrs.padding,
      {attrs.stride_h, attrs.stride_w, filter.shape[1], filter.shape[2], attrs.dilation_h, attrs.dilation_w});
  if (context.input(0).type == graph::DType::kInt8) {
    return PreparedKernel(std::make_unique<Conv2D<int8_t>>(context, window, std::move(stage), in, 0));
  }
  ATOLL_ASSIGN(const QuantParams weights, input_quant(context, 1));
  return PreparedKernel(std::make_unique<Conv2D<uint8_t>>(context, window, std::move(stage), in, weights.zero_point));
}

}  // namespace atl::kernels::integer
