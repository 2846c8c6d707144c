// FULLY_CONNECTED: acc = sum of (x - zx) * (w - zw) + bias over the last axis of the weights, then
//   kDouble: round_half_away(double(acc) * E), E = double(sx) * double(sw) / double(so)        (numerics/wide.h)
//   kFixed:  the multiplier of that scale; per tensor, sx * sw is a float32 product             (numerics/multiplier.h)
// Per-channel weights (along axis 0) are symmetric.
#include <algorithm>

#include "common/kernels/int/kernels.h"
#include "common/kernels/int/output_stage.h"
#include "common/kernels/products/byte_weights.h"
#include "common/numerics/wide.h"

namespace atl::kernels::integer {
namespace {

constexpr int64_t kTileElements = 32 << 10;

struct Shape {
  int64_t batches = 0, outputs = 0, depth = 0;
};

// Either way of FcRequant.
class Requantization {
 public:
  Requantization(OutputStage fixed) : fixed_(std::move(fixed)) {}  // NOLINT: one of two
  Requantization(std::vector<double> scales, int32_t zero_point, numerics::IntRange range)
      : scales_(std::move(scales)), zero_point_(zero_point), range_(range) {}

  template <typename T>
  void apply(const int32_t* sums, std::span<const int32_t> bias, T* outputs) const {
    if (scales_.empty()) return fixed_.apply(sums, bias, outputs);
    for (size_t c = 0; c < scales_.size(); ++c) {
      const int32_t acc = sums[c] + (bias.empty() ? 0 : bias[c]);
      const int64_t scaled = numerics::requantize_wide(acc, scales_[c]);
      outputs[c] = static_cast<T>(range_.clamp(numerics::saturate<int32_t>(scaled + zero_point_)));
    }
  }

 private:
  OutputStage fixed_;
  std::vector<double> scales_;  // of kDouble; empty: fixed
  int32_t zero_point_ = 0;
  numerics::IntRange range_{};
};

template <typename T>
class FullyConnected final : public Kernel {
 public:
  FullyConnected(const OpContext& context, Shape shape, Requantization requantization, QuantParams in,
                 int32_t weight_zero_point)
      : shape_(shape),
        requantization_(std::move(requantization)),
        input_zero_point_(in.zero_point),
        weights_(context, 1, weight_zero_point) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::span<const int32_t> bias = optional_input<int32_t>(inputs, 2);
    ATOLL_CHECK(static_cast<int64_t>(inputs[0].bytes.size()) == shape_.batches * shape_.depth);
    ATOLL_CHECK(static_cast<int64_t>(outputs[0].bytes.size()) == shape_.batches * shape_.outputs);
    const int64_t stride = products::gemm_depth(shape_.depth);
    const int64_t tile =
        std::min(shape_.batches, std::clamp<int64_t>(kTileElements / std::max<int64_t>(stride, 1), 6, 4096));
    rows_.resize(static_cast<size_t>(tile * stride));
    sums_.resize(static_cast<size_t>(tile * shape_.outputs));
    for (int64_t first = 0; first < shape_.batches; first += tile) {
      const int64_t count = std::min(tile, shape_.batches - first);
      product(inputs[0].as<T>().data() + first * shape_.depth, count, weights_.rows(inputs[1], 0, shape_.depth), bias,
              outputs[0].as<T>().data() + first * shape_.outputs);
    }
    return {};
  }

 private:
  void product(const T* input, int64_t count, const products::WeightRows& weights, std::span<const int32_t> bias,
               T* output) {
    const int64_t stride = products::gemm_depth(shape_.depth);
    for (int64_t i = 0; i < count; ++i) {
      products::widen(input + i * shape_.depth, rows_.data() + i * stride, shape_.depth, input_zero_point_);
    }
    products::gemm({count, shape_.outputs, shape_.depth}, {rows_.data(), stride}, weights, sums_.data(), shape_.outputs,
                   panel_);
    for (int64_t i = 0; i < count; ++i) {
      requantization_.apply(sums_.data() + i * shape_.outputs, bias, output + i * shape_.outputs);
    }
  }

  Shape shape_;
  Requantization requantization_;
  int32_t input_zero_point_;
  products::ByteWeights weights_;
  std::vector<int16_t> rows_, panel_;  // rows: padding beyond the depth stays zero
  std::vector<int32_t> sums_;
};

Result<Requantization> make_requantization(const OpContext& context, int64_t channels) {
  ATOLL_ASSIGN(const QuantParams in, input_quant(context, 0));
  ATOLL_ASSIGN(const QuantParams out, output_quant(context));
  ATOLL_ASSIGN(const std::vector<float> scales, weight_scales(context, 1, 0, channels));
  ATOLL_ASSIGN(const numerics::IntRange range,
               output_range(context, context.attrs<graph::FullyConnectedAttrs>().activation));
  const bool per_channel = context.input(1).quant.per_channel();
  std::vector<double> wide;
  std::vector<numerics::Multiplier> multipliers;
  for (const float scale : scales) {
    wide.push_back(numerics::effective_scale(in.scale, scale, out.scale));
    const double product = per_channel ? static_cast<double>(in.scale) * static_cast<double>(scale)
                                       : static_cast<double>(in.scale * scale);
    multipliers.push_back(numerics::quantize_multiplier(product / static_cast<double>(out.scale)));
  }
  if (context.options().fc_requant == FcRequant::kFixed) {
    return Requantization(OutputStage(multipliers, out.zero_point, range));
  }
  return Requantization(std::move(wide), out.zero_point, range);
}

}  // namespace

Result<PreparedKernel> prepare_fully_connected(const OpContext& context) {
  const auto& attrs = context.attrs<graph::FullyConnectedAttrs>();
  if (attrs.shuffled_weights) {
    return context.error(ErrorCode::kUnsupported,
                         "shuffled weights (SHUFFLED4x16INT8) are not supported; store them plainly");
  }
  const graph::Tensor& weights = context.input(1);
  if (context.input(0).type == graph::DType::kUint8) ATOLL_TRY(input_quant(context, 1));  // one scale
  Shape shape{0, weights.shape[0], weights.shape[1]};
  shape.batches = shape.depth == 0 ? 0 : graph::num_elements(context.input(0).shape) / shape.depth;
  ATOLL_ASSIGN(Requantization requantization, make_requantization(context, shape.outputs));
  ATOLL_ASSIGN(const QuantParams in, input_quant(context, 0));
  const bool symmetric = weights.quant.per_channel() || weights.quant.zero_point.empty();
  const int32_t weight_zero_point = symmetric ? 0 : static_cast<int32_t>(weights.quant.zero_point[0]);
  if (context.input(0).type == graph::DType::kInt8) {
    return PreparedKernel(
        std::make_unique<FullyConnected<int8_t>>(context, shape, std::move(requantization), in, weight_zero_point));
  }
  return PreparedKernel(
      std::make_unique<FullyConnected<uint8_t>>(context, shape, std::move(requantization), in, weight_zero_point));
}

}  // namespace atl::kernels::integer
