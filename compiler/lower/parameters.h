// The output stage's parameters, 12 bytes a channel, of 16-bit activations 16 (isa::Requantize).
#pragma once

#include <cstdint>
#include <vector>

#include "common/base/check.h"
#include "common/graph/model.h"
#include "common/numerics/multiplier.h"
#include "isa/instruction.h"

namespace atl::compiler {

// The bias of a channel; 0 if there is none. A constant of int32 or int64.
int64_t bias_of(const graph::Tensor* bias, int64_t channel);

// Parameters of a convolution's channels. Multipliers as the reference computes them: the product of the scales of
// input and weights in float32 for uint8, in double for int8 and int16. `bias` may be null.
std::vector<uint8_t> convolution_parameters(const graph::Tensor& input, const graph::Tensor& weights,
                                            const graph::Tensor* bias, const graph::Tensor& output, int64_t channels);

// How a convolution's sums become outputs. 16-bit activations have sums of 64 bits; of 32 where `bias_type`, the
// operator's quantized_bias_type, says so, or says nothing and the bias has 32 (docs/numerics.md).
isa::RequantizeMode convolution_mode(const graph::Tensor& input, const graph::Tensor* bias, graph::DType bias_type);
bool sums_have_32_bits(const graph::Tensor* bias, graph::DType bias_type);

// In the layout of a mode: of a 31-bit multiplier (or its upper 15 bits), of a factor.
void append_parameters(std::vector<uint8_t>& bytes, isa::RequantizeMode mode, int64_t bias,
                       numerics::Multiplier multiplier);
void append_parameters(std::vector<uint8_t>& bytes, isa::RequantizeMode mode, int64_t bias, double factor);

}  // namespace atl::compiler
