// FULLY_CONNECTED: acc = sum of (x - zx) * (w - zw) + bias over the last axis of the weights, then
//   kDouble: round_half_away(double(acc) * E), E = double(sx) * double(sw) / double(so)        (numerics/wide.h)
//   kFixed:  the multiplier of that scale; per tensor, sx * sw is a float32 product             (numerics/multiplier.h)
// Per-channel weights (along axis 0) are symmetric.
#include <algorithm>

#include "common/kernels/int/output_stage.h"
#include "common/kernels/int/weighted.h"
#include "common/kernels/products/byte_weights.h"
#include "common/numerics/wide.h"

namespace atl::kernels::integer {
namespace {

constexpr int64_t kTileElements = 32 << 10;

struct Shape {
  int64_t batches = 0, outputs = 0, depth = 0;
};

// Either way of FcRequant.
template <typename Sum, typename Fixed>
class Requantization {
 public:
  Requantization(Fixed fixed) : fixed_(std::move(fixed)) {}  // NOLINT: one of two
  // `narrow`: sums wrap in 32 bits, whatever their type.
  Requantization(std::vector<double> scales, bool narrow, int32_t zero_point, numerics::IntRange range)
      : scales_(std::move(scales)), narrow_(narrow), zero_point_(zero_point), range_(range) {}

  template <typename Out>
  void apply(const Sum* sums, std::span<const Sum> bias, Out* outputs) const {
    if (scales_.empty()) return fixed_.apply(sums, bias, outputs);
    for (size_t c = 0; c < scales_.size(); ++c) {
      const Sum sum = sums[c] + (bias.empty() ? 0 : bias[c]);
      const int64_t scaled = numerics::requantize_wide(narrow_ ? static_cast<int32_t>(sum) : sum, scales_[c]);
      outputs[c] = static_cast<Out>(range_.clamp(numerics::saturate<int32_t>(scaled + zero_point_)));
    }
  }

 private:
  Fixed fixed_;
  std::vector<double> scales_;  // of kDouble; empty: fixed
  bool narrow_ = false;
  int32_t zero_point_ = 0;
  numerics::IntRange range_{};
};

// In: the activations' type; Out: the results'.
template <typename In, typename Out>
class FullyConnected final : public Kernel {
 public:
  using Sum = typename StageOf<In>::Sum;
  using Requantize = Requantization<Sum, typename StageOf<In>::Stage>;

  FullyConnected(const OpContext& context, Shape shape, Requantize requantization, QuantParams in,
                 int32_t weight_zero_point)
      : shape_(shape),
        requantization_(std::move(requantization)),
        input_zero_point_(in.zero_point),
        weights_(context, 1, weight_zero_point) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::span<const Sum> bias = bias_.read(inputs, 2);
    const std::span<const In> input = inputs[0].as<In>();
    const std::span<Out> output = outputs[0].as<Out>();
    ATOLL_CHECK(static_cast<int64_t>(input.size()) == shape_.batches * shape_.depth);
    ATOLL_CHECK(static_cast<int64_t>(output.size()) == shape_.batches * shape_.outputs);
    const int64_t stride = products::gemm_depth(shape_.depth);
    const int64_t tile =
        std::min(shape_.batches, std::clamp<int64_t>(kTileElements / std::max<int64_t>(stride, 1), 6, 4096));
    rows_.resize(static_cast<size_t>(tile * stride));
    sums_.resize(static_cast<size_t>(tile * shape_.outputs));
    for (int64_t first = 0; first < shape_.batches; first += tile) {
      const int64_t count = std::min(tile, shape_.batches - first);
      product(input.data() + first * shape_.depth, count, weights_.rows(inputs[1], 0, shape_.depth));
      for (int64_t i = 0; i < count; ++i) {
        requantization_.apply(sums_.data() + i * shape_.outputs, bias, output.data() + (first + i) * shape_.outputs);
      }
    }
    return {};
  }

 private:
  void product(const In* input, int64_t count, const products::WeightRows& weights) {
    const int64_t stride = products::gemm_depth(shape_.depth);
    for (int64_t i = 0; i < count; ++i) {
      products::widen(input + i * shape_.depth, rows_.data() + i * stride, shape_.depth, input_zero_point_);
    }
    products::gemm({count, shape_.outputs, shape_.depth}, {rows_.data(), stride}, weights, sums_.data(), shape_.outputs,
                   scratch_);
  }

  Shape shape_;
  Requantize requantization_;
  int32_t input_zero_point_;
  products::ByteWeights weights_;
  std::vector<int16_t> rows_;
  std::vector<Sum> sums_;
  BiasReader<Sum> bias_;
  products::GemmScratch scratch_;
};

template <typename In>
using RequantizationOf = typename FullyConnected<In, In>::Requantize;

template <typename In>
Result<RequantizationOf<In>> make_requantization(const OpContext& context, int64_t channels) {
  const auto& attrs = context.attrs<graph::FullyConnectedAttrs>();
  ATOLL_ASSIGN(const QuantParams in, input_quant(context, 0));
  ATOLL_ASSIGN(const QuantParams out, output_quant(context));
  ATOLL_ASSIGN(const std::vector<float> scales, weight_scales(context, 1, 0, channels));
  ATOLL_ASSIGN(const numerics::IntRange range, output_range(context, attrs.activation));
  const bool per_channel = context.input(1).quant.per_channel();
  std::vector<double> wide;
  std::vector<numerics::Multiplier> multipliers;
  for (const float scale : scales) {
    wide.push_back(numerics::effective_scale(in.scale, scale, out.scale));
    const double product = per_channel ? static_cast<double>(in.scale) * static_cast<double>(scale)
                                       : static_cast<double>(in.scale * scale);
    multipliers.push_back(numerics::quantize_multiplier(product / static_cast<double>(out.scale)));
  }
  const bool narrow = sums_narrow(context, 2, attrs.quantized_bias_type);
  if (context.options().fc_requant == FcRequant::kFixed) {
    if constexpr (std::is_same_v<In, int16_t>) {
      return RequantizationOf<In>(WideOutputStage(multipliers, narrow, range));
    } else {
      return RequantizationOf<In>(OutputStage(multipliers, out.zero_point, range));
    }
  }
  return RequantizationOf<In>(std::move(wide), narrow, out.zero_point, range);
}

template <typename In, typename Out>
Result<PreparedKernel> prepare(const OpContext& context) {
  const graph::Tensor& weights = context.input(1);
  Shape shape{0, weights.shape[0], weights.shape[1]};
  shape.batches = shape.depth == 0 ? 0 : graph::num_elements(context.input(0).shape) / shape.depth;
  ATOLL_ASSIGN(auto requantization, make_requantization<In>(context, shape.outputs));
  ATOLL_ASSIGN(const QuantParams in, input_quant(context, 0));
  const bool symmetric = weights.quant.per_channel() || weights.quant.zero_point.empty();
  const int32_t weight_zero_point = symmetric ? 0 : static_cast<int32_t>(weights.quant.zero_point[0]);
  return PreparedKernel(
      std::make_unique<FullyConnected<In, Out>>(context, shape, std::move(requantization), in, weight_zero_point));
}

}  // namespace

Result<PreparedKernel> prepare_fully_connected(const OpContext& context) {
  if (context.attrs<graph::FullyConnectedAttrs>().shuffled_weights) {
    return context.error(ErrorCode::kUnsupported,
                         "shuffled weights (SHUFFLED4x16INT8) are not supported; store them plainly");
  }
  const bool wide_output = context.output(0).type == graph::DType::kInt16;
  switch (context.input(0).type) {
    case graph::DType::kInt8: return wide_output ? prepare<int8_t, int16_t>(context) : prepare<int8_t, int8_t>(context);
    case graph::DType::kInt16: return prepare<int16_t, int16_t>(context);
    default: break;
  }
  ATOLL_TRY(input_quant(context, 1));  // one scale
  return wide_output ? prepare<uint8_t, int16_t>(context) : prepare<uint8_t, uint8_t>(context);
}

}  // namespace atl::kernels::integer
