// L2_NORMALIZATION over the last axis on 8 bits: (q - z) / sqrt(sum (q - z)^2) in steps of 1/128, by
// numerics/inverse_sqrt.h. The sum wraps in 32 bits.
#include <algorithm>

#include "common/kernels/int/elementwise.h"
#include "common/kernels/int/quantized.h"
#include "common/numerics/inverse_sqrt.h"

namespace atl::kernels::integer {
namespace {

template <typename T>
class L2Normalization final : public Kernel {
 public:
  L2Normalization(size_t depth, int32_t zero_point) : depth_(depth), zero_point_(zero_point) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::span<const T> input = inputs[0].as<T>();
    const std::span<T> output = outputs[0].as<T>();
    for (size_t at = 0; at < input.size(); at += depth_) row(input.subspan(at, depth_), output.subspan(at, depth_));
    return {};
  }

 private:
  void row(std::span<const T> input, std::span<T> output) const {
    uint32_t sum = 0;
    for (const T q : input) {
      const int32_t centred = q - zero_point_;
      sum += static_cast<uint32_t>(centred * centred);
    }
    const numerics::Multiplier inverse = numerics::inverse_sqrt(static_cast<int32_t>(sum));
    for (size_t i = 0; i < input.size(); ++i) output[i] = scaled(input[i] - zero_point_, inverse);
  }

  T scaled(int32_t centred, numerics::Multiplier inverse) const {
    constexpr numerics::IntRange range = numerics::full_range<T>();
    if constexpr (std::is_signed_v<T>) {  // the factor 128 in the exponent
      inverse.exponent += 7;
      return static_cast<T>(range.clamp(numerics::multiply_by_quantized_multiplier(centred, inverse)));
    } else {  // in the operand
      return static_cast<T>(range.clamp(numerics::multiply_by_quantized_multiplier(128 * centred, inverse) + 128));
    }
  }

  size_t depth_;
  int32_t zero_point_;
};

}  // namespace

Result<PreparedKernel> prepare_l2_normalization(const OpContext& context) {
  ATOLL_ASSIGN(const QuantParams in, input_quant(context, 0));
  ATOLL_ASSIGN(const QuantParams out, output_quant(context));
  const bool is_int8 = context.input(0).type == graph::DType::kInt8;
  if (context.attrs<graph::ActivationAttrs>().activation != graph::Activation::kNone) {
    return context.error(ErrorCode::kUnsupported, "a fused activation is not supported here");
  }
  if (out.scale != 1.0f / 128 || out.zero_point != (is_int8 ? 0 : 128)) {
    return context.error(ErrorCode::kUnsupported,
                         "the output must have scale 1/128 and zero point {}, and {} has {} and {}", is_int8 ? 0 : 128,
                         context.output_label(0), out.scale, out.zero_point);
  }
  const size_t depth = last_extent(context.input(0));
  if (is_int8) return PreparedKernel(std::make_unique<L2Normalization<int8_t>>(depth, in.zero_point));
  return PreparedKernel(std::make_unique<L2Normalization<uint8_t>>(depth, in.zero_point));
}

}  // namespace atl::kernels::integer
