// DEPTHWISE_CONV_2D: output channel = input channel * multiplier + m; otherwise the arithmetic of CONV_2D.
#include <algorithm>

#include "common/kernels/int/output_stage.h"
#include "common/kernels/int/weighted.h"
#include "common/kernels/products/byte_weights.h"
#include "common/kernels/products/depthwise.h"

namespace atl::kernels::integer {
namespace {

template <typename T>
class DepthwiseConv2D final : public Kernel {
  using Sum = typename StageOf<T>::Sum;
  using Stage = typename StageOf<T>::Stage;

 public:
  DepthwiseConv2D(const OpContext& context, const Window& window, Stage stage, QuantParams in,
                  int32_t weight_zero_point)
      : window_(window),
        stage_(std::move(stage)),
        input_zero_point_(in.zero_point),
        weights_(context, 1, weight_zero_point),
        sums_(static_cast<size_t>(window.out_channels)) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    widen_weights(inputs[1]);
    const std::span<const Sum> bias = bias_.read(inputs, 2);
    const int64_t in_size = window_.y.input * window_.x.input * window_.in_channels;
    T* output = outputs[0].as<T>().data();
    ATOLL_CHECK(static_cast<int64_t>(outputs[0].as<T>().size()) ==
                window_.batch * window_.y.output * window_.x.output * window_.out_channels);
    for (int64_t image = 0; image < window_.batch; ++image) {
      const T* input = products::repeat_channels(window_, inputs[0].as<T>().data() + image * in_size, image_);
      for (int64_t y = 0; y < window_.y.output; ++y) {
        for (int64_t x = 0; x < window_.x.output; ++x, output += window_.out_channels) {
          products::depthwise_sums(products::taps_at(window_, input, wide_weights_.data(), y, x), input_zero_point_,
                                   sums_.data(), window_.out_channels);
          stage_.apply(sums_.data(), bias, output);
        }
      }
    }
    return {};
  }

 private:
  // The weights widened, with their zero point subtracted.
  void widen_weights(const ConstView& view) {
    const int64_t count = window_.y.kernel * window_.x.kernel * window_.out_channels;
    const products::WeightRows bytes = weights_.rows(view, 0, count);
    wide_weights_.resize(static_cast<size_t>(count));
    if (bytes.is_signed) {
      products::widen(reinterpret_cast<const int8_t*>(bytes.data), wide_weights_.data(), count, bytes.zero_point);
    } else {
      products::widen(bytes.data, wide_weights_.data(), count, bytes.zero_point);
    }
  }

  Window window_;
  Stage stage_;
  int32_t input_zero_point_;
  products::ByteWeights weights_;
  std::vector<int16_t> wide_weights_;  // kernel_y kernel_x channels
  std::vector<T> image_;
  std::vector<Sum> sums_;
  BiasReader<Sum> bias_;
};

template <typename T>
Result<PreparedKernel> prepare(const OpContext& context, int32_t weight_zero_point) {
  const auto& attrs = context.attrs<graph::DepthwiseConv2DAttrs>();
  const graph::Shape& filter = context.input(1).shape;
  const ConvolutionOperands operands{.axis = 3};
  ATOLL_ASSIGN(auto stage,
               convolution_stage<T>(context, operands, filter[3], attrs.activation, graph::DType::kFloat32));
  ATOLL_ASSIGN(const QuantParams in, input_quant(context, 0));
  const Window window =
      make_window(context.input(0), context.output(0), attrs.padding,
                  {attrs.stride_h, attrs.stride_w, filter[1], filter[2], attrs.dilation_h, attrs.dilation_w});
  return PreparedKernel(std::make_unique<DepthwiseConv2D<T>>(context, window, std::move(stage), in, weight_zero_point));
}

}  // namespace

Result<PreparedKernel> prepare_depthwise_conv_2d(const OpContext& context) {
  if (context.input(0).type == graph::DType::kInt16) return prepare<int16_t>(context, 0);
  if (context.input(0).type == graph::DType::kInt8) return prepare<int8_t>(context, 0);
  ATOLL_ASSIGN(const QuantParams weights, input_quant(context, 1));
  return prepare<uint8_t>(context, weights.zero_point);
}

}  // namespace atl::kernels::integer
