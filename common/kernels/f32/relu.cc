// RELU and RELU6.
#include <algorithm>

#include "common/kernels/f32/eigen.h"
#include "common/kernels/f32/kernels.h"

namespace atl::kernels::f32 {
namespace {

class Relu final : public Kernel {
 public:
  explicit Relu(FloatRange range) : range_(range) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::span<const float> input = inputs[0].as<float>();
    std::copy(input.begin(), input.end(), outputs[0].as<float>().begin());
    clamp(outputs[0].as<float>(), range_);
    return {};
  }

 private:
  FloatRange range_;
};

Result<PreparedKernel> prepare(const OpContext& context, graph::Activation activation) {
  ATOLL_ASSIGN(const FloatRange range, float_range(context, activation));
  return PreparedKernel(std::make_unique<Relu>(range));
}

}  // namespace

Result<PreparedKernel> prepare_relu(const OpContext& context) { return prepare(context, graph::Activation::kRelu); }

Result<PreparedKernel> prepare_relu6(const OpContext& context) { return prepare(context, graph::Activation::kRelu6); }

}  // namespace atl::kernels::f32
