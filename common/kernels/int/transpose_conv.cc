// TRANSPOSE_CONV: every input pixel spreads over a window of the output; sums and output stage as of CONV_2D. Inputs:
// output shape, filter (O H W I), input, bias.
#include <algorithm>

#include "common/kernels/int/output_stage.h"
#include "common/kernels/int/weighted.h"
#include "common/kernels/products/int_gemm.h"
#include "common/kernels/products/transpose_conv.h"

namespace atl::kernels::integer {
namespace {

constexpr int64_t kTilePixels = 192;

template <typename T>
class TransposeConv final : public Kernel {
  using Sum = typename StageOf<T>::Sum;
  using Stage = typename StageOf<T>::Stage;

 public:
  TransposeConv(const products::BackwardWindow& back, Stage stage, QuantParams in, int32_t weight_zero_point)
      : back_(back),
        phases_(products::phases(back)),
        stage_(std::move(stage)),
        input_zero_point_(in.zero_point),
        weight_zero_point_(weight_zero_point) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const int64_t in_size = back_.y.output * back_.x.output * back_.out_channels;
    const int64_t out_size = back_.y.input * back_.x.input * back_.in_channels;
    const std::span<T> output = outputs[0].as<T>();
    const std::span<const Sum> bias = bias_.read(inputs, 3);
    ATOLL_CHECK(static_cast<int64_t>(output.size()) == back_.batch * out_size);
    for (const products::Phase& phase : phases_) {
      products::gather_weights(back_, phase, inputs[1].bytes.data(), back_.in_channels, back_.out_channels, weights_);
      for (int64_t image = 0; image < back_.batch; ++image) {
        spread(phase, inputs[2].as<T>().data() + image * in_size, bias, output.data() + image * out_size);
      }
    }
    return {};
  }

 private:
  void spread(const products::Phase& phase, const T* image, std::span<const Sum> bias, T* output) {
    const int64_t channels = back_.in_channels;
    const int64_t depth = static_cast<int64_t>(phase.taps.size()) * back_.out_channels;
    const int64_t stride = products::gemm_depth(depth);
    const auto subtract = [this](const T* from, int16_t* to, int64_t n) {
      products::widen(from, to, n, input_zero_point_);
    };
    rows_.resize(static_cast<size_t>(kTilePixels * stride));
    sums_.resize(static_cast<size_t>(kTilePixels * channels));
    const products::WeightRows weights{weights_.data(), depth, !std::is_same_v<T, uint8_t>, weight_zero_point_};
    for (int64_t first = 0; first < phase.pixels(); first += kTilePixels) {
      const int64_t count = std::min(kTilePixels, phase.pixels() - first);
      products::gather_windows(back_, phase, image, back_.out_channels, first, count, stride, rows_.data(), subtract);
      products::gemm({count, channels, depth}, {rows_.data(), stride}, weights, sums_.data(), channels, scratch_);
      for (int64_t i = 0; i < count; ++i) {
        stage_.apply(sums_.data() + i * channels, bias,
                     output + products::pixel_offset(back_, phase, first + i, channels));
      }
    }
  }

  products::BackwardWindow back_;
  std::vector<products::Phase> phases_;
  Stage stage_;
  int32_t input_zero_point_, weight_zero_point_;
  std::vector<uint8_t> weights_;
  std::vector<int16_t> rows_;
  std::vector<Sum> sums_;
  BiasReader<Sum> bias_;
  products::GemmScratch scratch_;
};

template <typename T>
Result<PreparedKernel> prepare(const OpContext& context, int32_t weight_zero_point) {
  const auto& attrs = context.attrs<graph::TransposeConvAttrs>();
  const graph::Shape& filter = context.input(1).shape;
  const ConvolutionOperands operands{.input = 2, .weights = 1, .bias = 3, .axis = 0};
  ATOLL_ASSIGN(auto stage,
               convolution_stage<T>(context, operands, filter[0], attrs.activation, attrs.quantized_bias_type));
  ATOLL_ASSIGN(const QuantParams in, input_quant(context, 2));
  const Window back = make_window(context.output(0), context.input(2), attrs.padding,
                                  {attrs.stride_h, attrs.stride_w, filter[1], filter[2], 1, 1});
  return PreparedKernel(std::make_unique<TransposeConv<T>>(back, std::move(stage), in, weight_zero_point));
}

}  // namespace

Result<PreparedKernel> prepare_transpose_conv(const OpContext& context) {
  if (context.input(2).type == graph::DType::kInt16) return prepare<int16_t>(context, 0);
  if (context.input(2).type == graph::DType::kInt8) return prepare<int8_t>(context, 0);
  ATOLL_ASSIGN(const QuantParams weights, input_quant(context, 1));
  return prepare<uint8_t>(context, weights.zero_point);
}

}  // namespace atl::kernels::integer
