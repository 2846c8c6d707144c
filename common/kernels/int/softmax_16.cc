// SOFTMAX over the last axis on 16 bits. Differences to the row's maximum, times beta * si / (10 / 65535), index a
// table of e^x over [-10, 0]; the sum's reciprocal comes from a table of 1 / (1 + x) over [0, 1]; both Q0.15. The
// output's scale is 2^-15.
#include <algorithm>
#include <bit>

#include "common/kernels/int/elementwise.h"
#include "common/kernels/int/quantized.h"
#include "common/numerics/softmax16.h"

namespace atl::kernels::integer {
namespace {

constexpr int32_t kLowest = -32768, kHighest = 32767;

class Softmax16 final : public Kernel {
 public:
  Softmax16(size_t depth, numerics::Multiplier multiplier)
      : depth_(depth),
        multiplier_(multiplier),
        exp_(numerics::softmax16_exponentials()),
        reciprocal_(numerics::softmax16_reciprocals()) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::span<const int16_t> input = inputs[0].as<int16_t>();
    const std::span<int16_t> output = outputs[0].as<int16_t>();
    for (size_t at = 0; at < input.size(); at += depth_) row(input.subspan(at, depth_), output.subspan(at, depth_));
    return {};
  }

 private:
  void row(std::span<const int16_t> logits, std::span<int16_t> probabilities) const {
    const int32_t largest = *std::max_element(logits.begin(), logits.end());
    int32_t sum = 0;  // Q16.15
    for (size_t i = 0; i < logits.size(); ++i) {
      probabilities[i] = exponential(logits[i] - largest);
      sum = numerics::saturating_add(sum, probabilities[i]);
    }
    const int zeros = std::countl_zero(static_cast<uint32_t>(std::max(sum, 1)));
    const auto normalized = static_cast<int32_t>(((int64_t{sum} << (zeros - 1)) + (1 << 13)) >> 14);  // in [1, 2], Q.16
    const auto index = static_cast<int16_t>(std::clamp(normalized - (1 << 16) + kLowest, kLowest, kHighest));
    const int64_t inverse = numerics::interpolate(reciprocal_, index);
    for (int16_t& probability : probabilities) {
      const int64_t scaled = numerics::rounding_shift_right_half_up(probability * inverse, 31 - zeros);
      probability = static_cast<int16_t>(std::clamp<int64_t>(scaled, 0, kHighest));
    }
  }

  int16_t exponential(int32_t difference) const {
    const int64_t scaled = numerics::multiply_by_quantized_multiplier(difference, multiplier_);
    return numerics::interpolate(exp_, static_cast<int16_t>(std::clamp<int64_t>(scaled + kHighest, kLowest, kHighest)));
  }

  size_t depth_;
  numerics::Multiplier multiplier_;
  numerics::InterpolationTable exp_, reciprocal_;
};

}  // namespace

Result<PreparedKernel> prepare_softmax_16(const OpContext& context) {
  ATOLL_ASSIGN(const QuantParams in, input_quant(context, 0));
  const auto multiplier =
      numerics::quantize_multiplier(numerics::softmax16_factor(in.scale, context.attrs<graph::SoftmaxAttrs>().beta));
  return PreparedKernel(std::make_unique<Softmax16>(last_extent(context.input(0)), multiplier));
}

}  // namespace atl::kernels::integer
