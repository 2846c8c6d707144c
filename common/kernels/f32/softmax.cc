// SOFTMAX over the last axis: e^((x - max) * beta) / sum. The exponential is evaluated in double and rounded once, so
// that it does not depend on the platform's float functions.
#include <algorithm>
#include <cmath>

#include "common/kernels/f32/eigen.h"
#include "common/kernels/f32/kernels.h"

namespace atl::kernels::f32 {
namespace {

class Softmax final : public Kernel {
 public:
  Softmax(size_t depth, float beta) : depth_(depth), beta_(beta) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::span<const float> input = inputs[0].as<float>();
    const std::span<float> output = outputs[0].as<float>();
    for (size_t at = 0; at < input.size(); at += depth_) row(input.subspan(at, depth_), output.subspan(at, depth_));
    return {};
  }

 private:
  void row(std::span<const float> logits, std::span<float> probabilities) const {
    const float largest = *std::max_element(logits.begin(), logits.end());
    float sum = 0;
    for (size_t i = 0; i < logits.size(); ++i) {
      probabilities[i] = static_cast<float>(std::exp(static_cast<double>((logits[i] - largest) * beta_)));
      sum += probabilities[i];
    }
    Array(probabilities.data(), static_cast<Index>(probabilities.size())) /= sum;
  }

  size_t depth_;
  float beta_;
};

}  // namespace

Result<PreparedKernel> prepare_softmax(const OpContext& context) {
  const graph::Shape& shape = context.input(0).shape;
  const auto depth = static_cast<size_t>(std::max(1, shape.empty() ? 1 : shape.back()));
  return PreparedKernel(std::make_unique<Softmax>(depth, context.attrs<graph::SoftmaxAttrs>().beta));
}

}  // namespace atl::kernels::f32
