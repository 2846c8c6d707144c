// FULLY_CONNECTED: each row of the input is quantized, symmetrically unless the operator says otherwise;
// y = bias + float(acc) * (sx * sw).
#include "common/kernels/hybrid/kernels.h"
#include "common/kernels/hybrid/operands.h"
#include "common/kernels/products/byte_weights.h"
#include "common/kernels/products/dynamic_rows.h"

namespace atl::kernels::hybrid {
namespace {

class FullyConnected final : public Kernel {
 public:
  FullyConnected(const OpContext& context, std::vector<float> scales, FloatRange range)
      : outputs_(context.input(1).shape[0]),
        depth_(context.input(1).shape[1]),
        asymmetric_(context.attrs<graph::FullyConnectedAttrs>().asymmetric_quantize_inputs),
        range_(range),
        weights_(products::ByteWeights::for_floats(context, 1)),
        scales_(std::move(scales)) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::span<const float> input = inputs[0].as<float>(), bias = optional_input<float>(inputs, 2);
    const std::span<float> output = outputs[0].as<float>();
    const int64_t batches = outputs_ == 0 ? 0 : static_cast<int64_t>(output.size()) / outputs_;
    ATOLL_CHECK(static_cast<int64_t>(input.size()) == batches * depth_ || output.empty());
    for (int64_t i = 0; i < batches; ++i) {
      float* row = output.data() + i * outputs_;
      bias.empty() ? std::fill_n(row, outputs_, 0.0f) : std::copy(bias.begin(), bias.end(), row);
    }
    products::quantize_rows(input.data(), batches, depth_, asymmetric_, rows_);
    products::accumulate(rows_, weights_.rows(inputs[1], 0, depth_), outputs_, {scales_}, output.data(), outputs_,
                         scratch_);
    for (float& value : output) value = range_.clamp(value);
    return {};
  }

 private:
  int64_t outputs_, depth_;
  bool asymmetric_;
  FloatRange range_;
  products::ByteWeights weights_;
  std::vector<float> scales_;
  products::DynamicRows rows_;
  products::DynamicScratch scratch_;
};

}  // namespace

Result<PreparedKernel> prepare_fully_connected(const OpContext& context) {
  const auto& attrs = context.attrs<graph::FullyConnectedAttrs>();
  if (attrs.shuffled_weights) {
    return context.error(ErrorCode::kUnsupported,
                         "shuffled weights (SHUFFLED4x16INT8) are not supported; store them plainly");
  }
  ATOLL_ASSIGN(const FloatRange range, float_range(context, attrs.activation));
  ATOLL_ASSIGN(std::vector<float> scales, weight_scales(context, 1, context.input(1).shape[0]));
  return PreparedKernel(std::make_unique<FullyConnected>(context, std::move(scales), without_limits(range)));
}

}  // namespace atl::kernels::hybrid
