// From int32 accumulators to quantized outputs: multiplier, zero point, clamp.
#pragma once

#include <vector>

#include "common/kernels/int/quantized.h"
#include "common/numerics/multiplier.h"

namespace atl::kernels::integer {

struct OutputStage {
  std::vector<numerics::Multiplier> multipliers;  // one a channel
  int32_t zero_point = 0;
  numerics::IntRange range{};

  int32_t operator()(int32_t acc, size_t channel) const {
    const int32_t scaled = numerics::multiply_by_quantized_multiplier(acc, multipliers[channel]);
    return range.clamp(static_cast<int32_t>(static_cast<uint32_t>(scaled) + static_cast<uint32_t>(zero_point)));
  }
};

// The stage of a convolution with input 0, weights 1 (channels along `axis`), bias 2. The real multiplier is
// input * weight / output scale, in double for int8; for uint8 the reference multiplies the first two in float32.
Result<OutputStage> convolution_stage(const OpContext& context, int32_t axis, int64_t channels,
                                      graph::Activation activation);

}  // namespace atl::kernels::integer
