// SOFTMAX over the last axis; the arithmetic is numerics/softmax.h. The exponential depends on the difference to the
// row's maximum alone, which for 8-bit inputs has 256 values: a table.
#include <algorithm>
#include <array>

#include "common/kernels/int/kernels.h"
#include "common/kernels/int/quantized.h"
#include "common/numerics/softmax.h"

namespace atl::kernels::integer {
namespace {

template <typename T>
class Softmax final : public Kernel {
 public:
  Softmax(size_t depth, const numerics::SoftmaxParams& params) : depth_(depth) {
    used_ = static_cast<size_t>(std::min<int64_t>(255, -int64_t{params.diff_min})) + 1;
    for (size_t i = 0; i < used_; ++i) exponentials_[i] = numerics::softmax_exp(-static_cast<int32_t>(i), params);
  }

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::span<const T> input = inputs[0].as<T>();
    const std::span<T> output = outputs[0].as<T>();
    for (size_t at = 0; at < input.size(); at += depth_) row(input.subspan(at, depth_), output.subspan(at, depth_));
    return {};
  }

 private:
  void row(std::span<const T> logits, std::span<T> probabilities) const {
    const T largest = *std::max_element(logits.begin(), logits.end());
    int32_t sum = 0;
    for (const T logit : logits) {
      const auto below = static_cast<size_t>(largest - logit);
      if (below < used_) sum = numerics::saturating_add(sum, numerics::softmax_sum_term(exponentials_[below]));
    }
    const numerics::Reciprocal inverse = numerics::reciprocal(sum, numerics::kSoftmaxSumIntegerBits);
    constexpr numerics::IntRange range = numerics::full_range<T>();
    for (size_t i = 0; i < logits.size(); ++i) {
      const auto below = static_cast<size_t>(largest - logits[i]);
      const int32_t fraction = below < used_ ? numerics::softmax_output(exponentials_[below], inverse, 8) : 0;
      probabilities[i] = static_cast<T>(range.clamp(fraction + range.low));
    }
  }

  size_t depth_;
  size_t used_ = 0;                          // differences that count
  std::array<int32_t, 256> exponentials_{};  // by largest - logit
};

}  // namespace

Result<PreparedKernel> prepare_softmax(const OpContext& context) {
  ATOLL_ASSIGN(const QuantParams in, input_quant(context, 0));
  ATOLL_ASSIGN(const QuantParams out, output_quant(context));
  const int32_t low = graph::dtype_min(context.output(0).type);
  if (out.scale != 1.0f / 256 || out.zero_point != low) {
    return context.error(ErrorCode::kUnsupported,
                         "the output must have scale 1/256 and zero point {}, and {} has {} and {}", low,
                         context.output_label(0), out.scale, out.zero_point);
  }
  const numerics::SoftmaxParams params = numerics::prepare_softmax(context.attrs<graph::SoftmaxAttrs>().beta, in.scale);
  const auto depth =
      static_cast<size_t>(std::max(1, context.input(0).shape.empty() ? 1 : context.input(0).shape.back()));
  if (context.input(0).type == graph::DType::kInt8) {
    return PreparedKernel(std::make_unique<Softmax<int8_t>>(depth, params));
  }
  return PreparedKernel(std::make_unique<Softmax<uint8_t>>(depth, params));
}

}  // namespace atl::kernels::integer
