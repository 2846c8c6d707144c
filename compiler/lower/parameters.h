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

void append_fixed_parameters(std::vector<uint8_t>& bytes, int32_t bias, numerics::Multiplier multiplier);
void append_wide_parameters(std::vector<uint8_t>& bytes, int32_t bias, double factor);

}  // namespace atl::compiler
