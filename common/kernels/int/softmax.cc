// SOFTMAX over the last axis; the arithmetic is numerics/softmax.h. The exponential depends on the difference to the
// row's maximum alone, which for 8-bit inputs has 256 values: a table.
#include <algorithm>
#include <array>
#include <cmath>

#include "common/kernels/int/elementwise.h"
#include "common/kernels/int/quantized.h"
#include "common/numerics/softmax.h"

namespace atl::kernels::integer {
namespace {

template <typename In, typename Out>
class Softmax final : public Kernel {
 public:
  Softmax(size_t depth, const numerics::SoftmaxParams& params) : depth_(depth) {
    used_ = static_cast<size_t>(std::min<int64_t>(255, -int64_t{params.diff_min})) + 1;
    for (size_t i = 0; i < used_; ++i) exponentials_[i] = numerics::softmax_exp(-static_cast<int32_t>(i), params);
  }

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::span<const In> input = inputs[0].as<In>();
    const std::span<Out> output = outputs[0].as<Out>();
    for (size_t at = 0; at < input.size(); at += depth_) row(input.subspan(at, depth_), output.subspan(at, depth_));
    return {};
  }

 private:
  void row(std::span<const In> logits, std::span<Out> probabilities) const {
    const In largest = *std::max_element(logits.begin(), logits.end());
    int32_t sum = 0;
    for (const In logit : logits) {
      const auto below = static_cast<size_t>(largest - logit);
      if (below < used_) sum = numerics::saturating_add(sum, numerics::softmax_sum_term(exponentials_[below]));
    }
    const numerics::Reciprocal inverse = numerics::reciprocal(sum, numerics::kSoftmaxSumIntegerBits);
    constexpr int output_bits = 8 * sizeof(Out);
    constexpr numerics::IntRange range = numerics::full_range<Out>();
    for (size_t i = 0; i < logits.size(); ++i) {
      const auto below = static_cast<size_t>(largest - logits[i]);
      const int32_t fraction = below < used_ ? numerics::softmax_output(exponentials_[below], inverse, output_bits) : 0;
      probabilities[i] = static_cast<Out>(range.clamp(fraction + range.low));
    }
  }

  size_t depth_;
  size_t used_ = 0;                          // differences that count
  std::array<int32_t, 256> exponentials_{};  // by largest - logit
};

// The reference accepts a scale within a thousandth of 1/256.
Status check_int8_output(const OpContext& context) {
  ATOLL_ASSIGN(const QuantParams out, output_quant(context));
  if (out.zero_point == -128 && std::fabs(out.scale * 256 - 1) <= 0.001f) return {};
  return context.error(ErrorCode::kUnsupported,
                       "the output must have scale 1/256 and zero point -128, and {} has {} and {}",
                       context.output_label(0), out.scale, out.zero_point);
}

template <typename In, typename Out>
Result<PreparedKernel> make(const OpContext& context) {
  ATOLL_ASSIGN(const QuantParams in, input_quant(context, 0));
  const numerics::SoftmaxParams params = numerics::prepare_softmax(context.attrs<graph::SoftmaxAttrs>().beta, in.scale);
  return PreparedKernel(std::make_unique<Softmax<In, Out>>(last_extent(context.input(0)), params));
}

}  // namespace

Result<PreparedKernel> prepare_softmax(const OpContext& context) {
  const bool is_int8 = context.input(0).type == graph::DType::kInt8;
  if (context.output(0).type == graph::DType::kInt16) {
    return is_int8 ? make<int8_t, int16_t>(context) : make<uint8_t, int16_t>(context);
  }
  if (!is_int8) return make<uint8_t, uint8_t>(context);
  ATOLL_TRY(check_int8_output(context));
  return make<int8_t, int8_t>(context);
}

}  // namespace atl::kernels::integer
