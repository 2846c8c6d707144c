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

// The stage of a convolution with input 0, weights 1 (channels along `axis`), bias 2. The real multiplier is
// input * weight / output scale, in double for int8; for uint8 the reference multiplies the first two in float32.
Result<OutputStage> convolution_stage(const OpContext& context, int32_t axis, int64_t channels,
                                      graph::Activation activation);

}  // namespace atl::kernels::integer
