// From int32 accumulators to quantized outputs: bias, multiplier, zero point, clamp.
#pragma once

#include <span>
#include <vector>

#include "common/kernels/int/quantized.h"
#include "common/numerics/multiplier.h"

namespace atl::kernels::integer {

class OutputStage {
 public:
  OutputStage() = default;
  // One multiplier a channel.
  OutputStage(const std::vector<numerics::Multiplier>& multipliers, int32_t zero_point, numerics::IntRange range);

  // outputs[c] = clamp(M_c(sums[c] + bias[c]) + zero point), for all channels; an empty bias counts as zeros. Sums
  // wrap.
  void apply(const int32_t* sums, std::span<const int32_t> bias, int8_t* outputs) const;
  void apply(const int32_t* sums, std::span<const int32_t> bias, uint8_t* outputs) const;
  void apply(const int32_t* sums, std::span<const int32_t> bias, int16_t* outputs) const;

 private:
  struct Channels {  // a column of each parameter
    std::vector<int32_t> value, left, right;
  };
  template <typename T>
  void apply_to(const int32_t* sums, std::span<const int32_t> bias, T* outputs) const;

  std::vector<numerics::Multiplier> multipliers_;
  Channels channels_;  // empty: some multiplier is out of range of the fast form
  std::vector<int32_t> no_bias_;
  int32_t zero_point_ = 0;
  numerics::IntRange range_{};
};

// The same from int64 accumulators to int16, whose zero point is 0.
class WideOutputStage {
 public:
  WideOutputStage() = default;
  // `narrow`: sums wrap in 32 bits and take the 31-bit multiplier; else they take the 15-bit one
  // (multiply_by_quantized_multiplier_64).
  WideOutputStage(std::vector<numerics::Multiplier> multipliers, bool narrow, numerics::IntRange range)
      : multipliers_(std::move(multipliers)), narrow_(narrow), range_(range) {}

  void apply(const int64_t* sums, std::span<const int64_t> bias, int16_t* outputs) const;

 private:
  std::vector<numerics::Multiplier> multipliers_;
  bool narrow_ = false;
  numerics::IntRange range_{};
};

// Accumulator and stage of activations of type T.
template <typename T>
struct StageOf {
  using Sum = int32_t;
  using Stage = OutputStage;
};
template <>
struct StageOf<int16_t> {
  using Sum = int64_t;
  using Stage = WideOutputStage;
};

// An optional bias of one run, as elements of the accumulators' type; int32 ones are widened where that is int64.
template <typename Sum>
class BiasReader {
 public:
  std::span<const Sum> read(std::span<const ConstView> inputs, size_t i) {
    if (i >= inputs.size() || !inputs[i].present) return {};
    if (inputs[i].bytes.size() == 0 || inputs[i].type != graph::DType::kInt32 || sizeof(Sum) == sizeof(int32_t)) {
      return inputs[i].as<Sum>();
    }
    const std::span<const int32_t> narrow = inputs[i].as<int32_t>();
    copy_.assign(narrow.begin(), narrow.end());
    return copy_;
  }

 private:
  std::vector<Sum> copy_;
};

// Operands of a convolution, by position, and the axis of the weights' channels.
struct ConvolutionOperands {
  size_t input = 0, weights = 1, bias = 2;
  int32_t axis = 0;
};

// The multipliers of a convolution's channels: input * weight / output scale, in double; for uint8 the reference
// multiplies the first two in float32.
Result<std::vector<numerics::Multiplier>> convolution_multipliers(const OpContext& context,
                                                                  const ConvolutionOperands& operands,
                                                                  int64_t channels);

// Whether int16 activations are summed in 32 bits: the attribute says so, or says nothing and the bias is int32.
// (The reference reads such a bias without the attribute as int64, which it isn't.)
bool sums_narrow(const OpContext& context, size_t bias, graph::DType quantized_bias_type);

template <typename T>
Result<typename StageOf<T>::Stage> convolution_stage(const OpContext& context, const ConvolutionOperands& operands,
                                                     int64_t channels, graph::Activation activation,
                                                     graph::DType quantized_bias_type) {
  ATOLL_ASSIGN(auto multipliers, convolution_multipliers(context, operands, channels));
  ATOLL_ASSIGN(const numerics::IntRange range, output_range(context, activation));
  if constexpr (std::is_same_v<T, int16_t>) {
    return WideOutputStage(std::move(multipliers), sums_narrow(context, operands.bias, quantized_bias_type), range);
  } else {
    ATOLL_ASSIGN(const QuantParams out, output_quant(context));
    return OutputStage(multipliers, out.zero_point, range);
  }
}

}  // namespace atl::kernels::integer
