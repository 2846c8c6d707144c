// ADD: a + b, broadcast, then the fused activation.
#include "common/kernels/f32/eigen.h"
#include "common/kernels/f32/kernels.h"
#include "common/kernels/interface/broadcast.h"

namespace atl::kernels::f32 {
namespace {

class Add final : public Kernel {
 public:
  Add(const OpContext& context, FloatRange range)
      : broadcast_(make_broadcast(context.input(0).shape, context.input(1).shape, context.output(0).shape)),
        range_(range) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const float* a = inputs[0].as<float>().data();
    const float* b = inputs[1].as<float>().data();
    float* out = outputs[0].as<float>().data();
    using Strided = Eigen::Map<const Eigen::ArrayXf, 0, Eigen::InnerStride<>>;
    broadcast_.for_each_run([&](int64_t to, int64_t from_a, int64_t from_b) {
      Array(out + to, broadcast_.run) = Strided(a + from_a, broadcast_.run, Eigen::InnerStride<>(broadcast_.step_a)) +
                                        Strided(b + from_b, broadcast_.run, Eigen::InnerStride<>(broadcast_.step_b));
    });
    clamp(outputs[0].as<float>(), range_);
    return {};
  }

 private:
  Broadcast broadcast_;
  FloatRange range_;
};

}  // namespace

Result<PreparedKernel> prepare_add(const OpContext& context) {
  ATOLL_ASSIGN(const FloatRange range, float_range(context, context.attrs<graph::AddAttrs>().activation));
  return PreparedKernel(std::make_unique<Add>(context, range));
}

}  // namespace atl::kernels::f32
