// FULLY_CONNECTED: the input, as rows of the weights' depth, times the weights.
#include "common/kernels/f32/weighted.h"
#include "common/kernels/products/float_gemm.h"

namespace atl::kernels::f32 {
namespace {

class FullyConnected final : public Kernel {
 public:
  FullyConnected(int64_t outputs, int64_t depth, FloatRange range, FloatSums sums)
      : outputs_(outputs), depth_(depth), range_(range), sums_(sums) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::span<const float> input = inputs[0].as<float>();
    const std::span<float> output = outputs[0].as<float>();
    const int64_t batches = outputs_ == 0 ? 0 : static_cast<int64_t>(output.size()) / outputs_;
    ATOLL_CHECK(static_cast<int64_t>(input.size()) == batches * depth_ || output.empty());
    products::gemm({batches, outputs_, depth_}, sums_, {input.data(), depth_}, {inputs[1].as<float>().data(), depth_},
                   optional_input<float>(inputs, 2), range_, output.data(), outputs_, panel_);
    return {};
  }

 private:
  int64_t outputs_, depth_;
  FloatRange range_;
  FloatSums sums_;
  std::vector<float> panel_;
};

}  // namespace

Result<PreparedKernel> prepare_fully_connected(const OpContext& context) {
  const auto& attrs = context.attrs<graph::FullyConnectedAttrs>();
  if (attrs.shuffled_weights) {
    return context.error(ErrorCode::kUnsupported,
                         "shuffled weights (SHUFFLED4x16INT8) are not supported; store them plainly");
  }
  ATOLL_ASSIGN(const FloatRange range, float_range(context, attrs.activation));
  const graph::Shape& weights = context.input(1).shape;
  return PreparedKernel(std::make_unique<FullyConnected>(weights[0], weights[1], range, context.options().float_sums));
}

}  // namespace atl::kernels::f32
