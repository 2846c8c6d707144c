// Operators on the rows of the last axis: SOFTMAX, LOG_SOFTMAX, L2_NORMALIZATION. Sums go from first to last, in
// float32, as in the reference.
//   SOFTMAX:          e^((x - max) * beta) / sum
//   LOG_SOFTMAX:      x - max - log(sum of e^(x - max))
//   L2_NORMALIZATION: x / max(sqrt(sum of x^2), 1e-6)
#include <algorithm>
#include <cmath>
#include <limits>

#include "common/kernels/f32/elementwise.h"
#include "common/numerics/elementary.h"

namespace atl::kernels::f32 {
namespace {

// body(row of the input, row of the output)
template <typename Body>
class Rows final : public Kernel {
 public:
  Rows(const graph::Shape& shape, Body body)
      : depth_(static_cast<size_t>(shape.empty() ? 1 : std::max(1, shape.back()))), body_(body) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::span<const float> input = inputs[0].as<float>();
    const std::span<float> output = outputs[0].as<float>();
    for (size_t at = 0; at < input.size(); at += depth_) body_(input.subspan(at, depth_), output.subspan(at, depth_));
    return {};
  }

 private:
  size_t depth_;
  Body body_;
};

template <typename Body>
Result<PreparedKernel> make_rows(const OpContext& context, Body body) {
  return PreparedKernel(std::make_unique<Rows<Body>>(context.input(0).shape, body));
}

float largest_of(std::span<const float> values) {
  float largest = std::numeric_limits<float>::lowest();
  for (const float value : values) largest = std::max(largest, value);
  return largest;
}

void softmax(std::span<const float> logits, std::span<float> probabilities, float beta) {
  const float largest = largest_of(logits);
  float sum = 0;
  for (size_t i = 0; i < logits.size(); ++i) {
    probabilities[i] = numerics::exp_float((logits[i] - largest) * beta);
    sum += probabilities[i];
  }
  for (float& probability : probabilities) probability /= sum;
}

void log_softmax(std::span<const float> logits, std::span<float> output) {
  const float largest = largest_of(logits);
  float sum = 0;
  for (const float logit : logits) sum += numerics::exp_float(logit - largest);
  const float log_sum = numerics::log_float(sum);
  for (size_t i = 0; i < logits.size(); ++i) output[i] = logits[i] - largest - log_sum;
}

void normalize(std::span<const float> input, std::span<float> output) {
  float sum = 0;
  for (const float value : input) sum += value * value;
  const float norm = std::max(std::sqrt(sum), 1e-6f);
  for (size_t i = 0; i < input.size(); ++i) output[i] = input[i] / norm;
}

}  // namespace

Result<PreparedKernel> prepare_softmax(const OpContext& context) {
  return make_rows(context, [beta = context.attrs<graph::SoftmaxAttrs>().beta](auto logits, auto probabilities) {
    softmax(logits, probabilities, beta);
  });
}

Result<PreparedKernel> prepare_log_softmax(const OpContext& context) { return make_rows(context, log_softmax); }

Result<PreparedKernel> prepare_l2_normalization(const OpContext& context) {
  if (context.attrs<graph::ActivationAttrs>().activation != graph::Activation::kNone) {
    return context.error(ErrorCode::kUnsupported, "a fused activation is not supported here");
  }
  return make_rows(context, normalize);
}

}  // namespace atl::kernels::f32
