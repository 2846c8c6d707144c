// LOG_SOFTMAX over the last axis on 8 bits: exponentials and their sum as in SOFTMAX (numerics/softmax.h), the
// logarithm of the sum in Q5.26 (numerics/fixed_point_log.h), and the difference to it in steps of 1/16 below the
// type's maximum, which are the output's scale and zero point.
#include <algorithm>
#include <cmath>

#include "common/kernels/int/elementwise.h"
#include "common/kernels/int/quantized.h"
#include "common/numerics/fixed_point_log.h"
#include "common/numerics/softmax.h"

namespace atl::kernels::integer {
namespace {

template <typename T>
class LogSoftmax final : public Kernel {
 public:
  LogSoftmax(size_t depth, const numerics::SoftmaxParams& params) : depth_(depth), params_(params) {
    // From Q5.26 back to input steps.
    const double steps = std::ldexp(1.0, 31 - params.multiplier.exponent);
    reverse_ = numerics::quantize_multiplier(steps / static_cast<double>(params.multiplier.value));
  }

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::span<const T> input = inputs[0].as<T>();
    const std::span<T> output = outputs[0].as<T>();
    for (size_t at = 0; at < input.size(); at += depth_) row(input.subspan(at, depth_), output.subspan(at, depth_));
    return {};
  }

 private:
  void row(std::span<const T> logits, std::span<T> outputs) const {
    const int32_t largest = *std::max_element(logits.begin(), logits.end());
    int32_t sum = 0;
    for (const T logit : logits) {
      const int32_t below = logit - largest;
      if (below < params_.diff_min) continue;
      sum = numerics::saturating_add(sum, numerics::softmax_sum_term(numerics::softmax_exp(below, params_)));
    }
    const int32_t log_sum = numerics::log_of_at_least_one(sum);
    // Differences for which Q5.26 has no room once the logarithm is taken off.
    const int32_t smallest = numerics::detail::wrapping_add(log_sum, std::numeric_limits<int32_t>::min());
    const int32_t diff_min = std::max<int32_t>(numerics::saturate<int32_t>(int64_t{params_.diff_min} - 1),
                                               numerics::multiply_by_quantized_multiplier(smallest, reverse_));
    constexpr numerics::IntRange range = numerics::full_range<T>();
    for (size_t i = 0; i < logits.size(); ++i) {
      const int32_t below = logits[i] - largest;
      outputs[i] = static_cast<T>(below > diff_min ? range.clamp(log_of(below, log_sum) + range.high) : range.low);
    }
  }

  int32_t log_of(int32_t below, int32_t log_sum) const {
    constexpr int input_bits = 5, output_bits = 4;  // before the point
    const int32_t scaled = numerics::multiply_by_quantized_multiplier(below, params_.multiplier);
    return numerics::rounding_divide_by_pot(numerics::detail::wrapping_subtract(scaled, log_sum),
                                            31 - input_bits - output_bits);
  }

  size_t depth_;
  numerics::SoftmaxParams params_;
  numerics::Multiplier reverse_;
};

}  // namespace

Result<PreparedKernel> prepare_log_softmax(const OpContext& context) {
  ATOLL_ASSIGN(const QuantParams in, input_quant(context, 0));
  ATOLL_ASSIGN(const QuantParams out, output_quant(context));
  const numerics::IntRange range = type_range(context.output(0).type);
  if (out.scale != 1.0f / 16 || out.zero_point != range.high) {
    return context.error(ErrorCode::kUnsupported,
                         "the output must have scale 1/16 and zero point {}, and {} has {} and {}", range.high,
                         context.output_label(0), out.scale, out.zero_point);
  }
  const numerics::SoftmaxParams params = numerics::prepare_softmax(1.0f, in.scale);
  const size_t depth = last_extent(context.input(0));
  if (context.input(0).type == graph::DType::kInt8) {
    return PreparedKernel(std::make_unique<LogSoftmax<int8_t>>(depth, params));
  }
  return PreparedKernel(std::make_unique<LogSoftmax<uint8_t>>(depth, params));
}

}  // namespace atl::kernels::integer
