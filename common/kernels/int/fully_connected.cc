// FULLY_CONNECTED: acc = sum of (x - zx) * (w - zw) + bias over the last axis of the weights, then
//   kDouble: round_half_away(double(acc) * E), E = double(sx) * double(sw) / double(so)        (numerics/wide.h)
//   kFixed:  the multiplier of that scale; per tensor, sx * sw is a float32 product             (numerics/multiplier.h)
// Per-channel weights (along axis 0) are symmetric.
#include <algorithm>

#include "common/kernels/int/kernels.h"
#include "common/kernels/int/output_stage.h"
#include "common/kernels/int/packed_weights.h"
#include "common/numerics/wide.h"

namespace atl::kernels::integer {
namespace {

constexpr int64_t kTileBytes = 64 << 10;

struct Shape {
  int64_t batches = 0, outputs = 0, depth = 0;
};

struct Requantization {
  OutputStage fixed;           // its zero point and range serve both ways
  std::vector<double> scales;  // of kDouble; empty: fixed

  int32_t operator()(int32_t acc, size_t channel) const {
    if (scales.empty()) return fixed(acc, channel);
    const int64_t scaled = numerics::requantize_wide(acc, scales[channel]);
    return fixed.range.clamp(numerics::saturate<int32_t>(scaled + fixed.zero_point));
  }
};

template <typename T>
class FullyConnected final : public Kernel {
 public:
  FullyConnected(const OpContext& context, Shape shape, Requantization requantization, QuantParams in,
                 int32_t weight_zero_point)
      : shape_(shape),
        requantization_(std::move(requantization)),
        input_zero_point_(in.zero_point),
        weight_zero_point_(weight_zero_point) {
    const graph::Tensor& weights = context.input(1);
    weights_constant_ = weights.is_constant();
    weight_type_ = weights.type;
    if (weights_constant_) pack(weights.data->data());
  }

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    if (!weights_constant_) pack(inputs[1].bytes.data());
    const std::span<const int32_t> bias =
        inputs.size() > 2 && inputs[2].present ? inputs[2].as<int32_t>() : std::span<const int32_t>();
    ATOLL_CHECK(static_cast<int64_t>(inputs[0].bytes.size()) == shape_.batches * shape_.depth);
    ATOLL_CHECK(static_cast<int64_t>(outputs[0].bytes.size()) == shape_.batches * shape_.outputs);
    const int64_t tile =
        std::min(shape_.batches, std::max<int64_t>(1, kTileBytes / (2 * std::max<int64_t>(weights_.stride(), 1))));
    rows_.resize(static_cast<size_t>(tile * weights_.stride()));
    sums_.resize(static_cast<size_t>(tile * shape_.outputs));
    for (int64_t first = 0; first < shape_.batches; first += tile) {
      const int64_t count = std::min(tile, shape_.batches - first);
      product(inputs[0].as<T>().data() + first * shape_.depth, count, bias,
              outputs[0].as<T>().data() + first * shape_.outputs);
    }
    return {};
  }

 private:
  void pack(const uint8_t* bytes) {
    weights_ = pack_weights(weight_type_, bytes, shape_.outputs, shape_.depth, weight_zero_point_);
  }

  void product(const T* input, int64_t count, std::span<const int32_t> bias, T* output) {
    for (int64_t i = 0; i < count; ++i) {
      widen(input + i * shape_.depth, rows_.data() + i * weights_.stride(), shape_.depth, input_zero_point_);
    }
    gemm(rows_.data(), weights_.row(0), sums_.data(), count, shape_.outputs, weights_.stride(), shape_.outputs);
    const auto outputs = static_cast<size_t>(shape_.outputs);
    for (size_t i = 0; i < static_cast<size_t>(count) * outputs; ++i) {
      const size_t channel = i % outputs;
      const int32_t acc = sums_[i] + (bias.empty() ? 0 : bias[channel]);
      output[i] = static_cast<T>(requantization_(acc, channel));
    }
  }

  Shape shape_;
  Requantization requantization_;
  int32_t input_zero_point_, weight_zero_point_;
  graph::DType weight_type_ = graph::DType::kInt8;
  bool weights_constant_ = false;
  PackedWeights weights_;
  std::vector<int16_t> rows_;  // padding beyond the depth stays zero
  std::vector<int32_t> sums_;
};

Result<Requantization> make_requantization(const OpContext& context, int64_t channels) {
  ATOLL_ASSIGN(const QuantParams in, input_quant(context, 0));
  ATOLL_ASSIGN(const QuantParams out, output_quant(context));
  ATOLL_ASSIGN(const std::vector<float> scales, weight_scales(context, 1, 0, channels));
  Requantization result;
  result.fixed.zero_point = out.zero_point;
  ATOLL_ASSIGN(result.fixed.range, output_range(context, context.attrs<graph::FullyConnectedAttrs>().activation));
  const bool per_channel = context.input(1).quant.per_channel();
  for (const float scale : scales) {
    if (context.options().fc_requant == FcRequant::kDouble) {
      result.scales.push_back(numerics::effective_scale(in.scale, scale, out.scale));
    } else {
      const double product = per_channel ? static_cast<double>(in.scale) * static_cast<double>(scale)
                                         : static_cast<double>(in.scale * scale);
      result.fixed.multipliers.push_back(numerics::quantize_multiplier(product / static_cast<double>(out.scale)));
    }
  }
  return result;
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
