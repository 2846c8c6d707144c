// The output stage's parameters, 12 bytes a channel (isa::Requantize).
#pragma once

#include <cstdint>
#include <vector>

#include "common/base/check.h"
#include "common/graph/model.h"
#include "common/numerics/multiplier.h"

namespace atl::compiler {

// The bias of a channel; 0 if there is none. int32 constant.
int32_t bias_of(const graph::Tensor* bias, int64_t channel);

// Parameters of a convolution's channels. Multipliers as the reference computes them: the product of the scales of
// input and weights in float32 for uint8, in double for int8. `bias` may be null.
std::vector<uint8_t> convolution_parameters(const graph::Tensor& input, const graph::Tensor& weights,
                                            const graph::Tensor* bias, const graph::Tensor& output, int64_t channels);

void append_fixed_parameters(std::vector<uint8_t>& bytes, int32_t bias, numerics::Multiplier multiplier);
void append_wide_parameters(std::vector<uint8_t>& bytes, int32_t bias, double factor);

}  // namespace atl::compiler
