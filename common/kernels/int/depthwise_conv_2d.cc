// DEPTHWISE_CONV_2D: output channel = input channel * multiplier + m; otherwise the arithmetic of CONV_2D.
#include <algorithm>

#include "common/kernels/int/kernels.h"
#include "common/kernels/int/output_stage.h"
#include "common/kernels/int/packed_weights.h"
#include "common/kernels/interface/simd.h"
#include "common/kernels/interface/im2col.h"

namespace atl::kernels::integer {
namespace {

// sums[c] += x[c] * w[c]
ATOLL_CLONES void multiply_add(const int16_t* x, const int16_t* w, int32_t* sums, int64_t count) {
  for (int64_t c = 0; c < count; ++c) sums[c] += static_cast<int32_t>(x[c]) * w[c];
}

template <typename T>
class DepthwiseConv2D final : public Kernel {
 public:
  DepthwiseConv2D(const OpContext& context, const Window& window, OutputStage stage, QuantParams in,
                  int32_t weight_zero_point)
      : window_(window),
        stage_(std::move(stage)),
        input_zero_point_(in.zero_point),
        weight_zero_point_(weight_zero_point) {
    const graph::Tensor& filter = context.input(1);
    weights_constant_ = filter.is_constant();
    weight_type_ = filter.type;
    if (weights_constant_) pack(filter.data->data());
    multiplier_ = window.in_channels == 0 ? 0 : window.out_channels / window.in_channels;
    sums_.resize(static_cast<size_t>(window.out_channels));
  }

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    if (!weights_constant_) pack(inputs[1].bytes.data());
    const std::span<const int32_t> bias =
        inputs.size() > 2 && inputs[2].present ? inputs[2].as<int32_t>() : std::span<const int32_t>();
    const int64_t in_size = window_.y.input * window_.x.input * window_.in_channels;
    T* output = outputs[0].as<T>().data();
    ATOLL_CHECK(static_cast<int64_t>(outputs[0].bytes.size()) ==
                window_.batch * window_.y.output * window_.x.output * window_.out_channels);
    for (int64_t image = 0; image < window_.batch; ++image) {
      expand(inputs[0].as<T>().data() + image * in_size);
      for (int64_t y = 0; y < window_.y.output; ++y) {
        for (int64_t x = 0; x < window_.x.output; ++x, output += window_.out_channels) pixel(y, x, bias, output);
      }
    }
    return {};
  }

 private:
  void pack(const uint8_t* bytes) {
    const int64_t count = window_.y.kernel * window_.x.kernel * window_.out_channels;
    weights_ = pack_weights(weight_type_, bytes, 1, count, weight_zero_point_);
  }

  // The image with its zero point subtracted, each channel repeated `multiplier` times.
  void expand(const T* image) {
    const int64_t count = window_.y.input * window_.x.input * window_.in_channels;
    image_.resize(static_cast<size_t>(count * multiplier_));
    if (multiplier_ == 1) return widen(image, image_.data(), count, input_zero_point_);
    for (int64_t i = 0; i < count; ++i) {
      std::fill_n(image_.data() + i * multiplier_, multiplier_, static_cast<int16_t>(image[i] - input_zero_point_));
    }
  }

  void pixel(int64_t y, int64_t x, std::span<const int32_t> bias, T* output) {
    const int64_t channels = window_.out_channels;
    const int64_t start_y = window_.y.first(y), start_x = window_.x.first(x);
    const TapRange inside_y = taps_inside(window_.y, start_y), inside_x = taps_inside(window_.x, start_x);
    std::fill(sums_.begin(), sums_.end(), 0);
    for (int64_t ky = inside_y.first; ky < inside_y.last; ++ky) {
      const int64_t line = (start_y + ky * window_.y.dilation) * window_.x.input + start_x;
      for (int64_t kx = inside_x.first; kx < inside_x.last; ++kx) {
        multiply_add(image_.data() + (line + kx * window_.x.dilation) * channels,
                     weights_.row(0) + (ky * window_.x.kernel + kx) * channels, sums_.data(), channels);
      }
    }
    stage_.apply(sums_.data(), bias, output);
  }

  Window window_;
  OutputStage stage_;
  int32_t input_zero_point_, weight_zero_point_;
  int64_t multiplier_ = 1;
  graph::DType weight_type_ = graph::DType::kInt8;
  bool weights_constant_ = false;
  PackedWeights weights_;  // one row: kernel_y kernel_x channels
  std::vector<int16_t> image_;
  std::vector<int32_t> sums_;
};

}  // namespace

Result<PreparedKernel> prepare_depthwise_conv_2d(const OpContext& context) {
  const auto& attrs = context.attrs<graph::DepthwiseConv2DAttrs>();
  const graph::Tensor& filter = context.input(1);
  ATOLL_ASSIGN(OutputStage stage, convolution_stage(context, 3, filter.shape[3], attrs.activation));
  ATOLL_ASSIGN(const QuantParams in, input_quant(context, 0));
  const Window window = make_window(
      context.input(0), context.output(0), attrs.padding,
      {attrs.stride_h, attrs.stride_w, filter.shape[1], filter.shape[2], attrs.dilation_h, attrs.dilation_w});
  if (context.input(0).type == graph::DType::kInt8) {
    return PreparedKernel(std::make_unique<DepthwiseConv2D<int8_t>>(context, window, std::move(stage), in, 0));
  }
  ATOLL_ASSIGN(const QuantParams weights, input_quant(context, 1));
  return PreparedKernel(
      std::make_unique<DepthwiseConv2D<uint8_t>>(context, window, std::move(stage), in, weights.zero_point));
}

}  // namespace atl::kernels::integer
