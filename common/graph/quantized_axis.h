// Mends the one fault of quantized models in the wild that has only one possible meaning: a quantized axis that the
// tensor doesn't have.
#pragma once

#include <string>

#include "common/graph/model.h"

namespace atl::graph {

// If quant.axis is outside the tensor's rank and the scales fit one axis alone (or there is one scale), sets it to that
// axis (0 for one scale) and returns the warning to show, which starts with `label`. Otherwise changes nothing and
// returns an empty text; the verifier then refuses the tensor.
std::string repair_quantized_axis(Tensor& tensor, const std::string& label);

}  // namespace atl::graph
