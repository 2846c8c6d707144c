// Checks what every later stage takes for granted, so that none of them has to.
#pragma once

#include "common/base/result.h"
#include "common/graph/model.h"

namespace atl::graph {

// kInvalid with every problem found: indices in range, one producer a tensor, producers before consumers,
// constants of the size their shape and type say, extents >= 0 and products that don't overflow, quantization
// parameters finite, positive and as many as the axis has, zero points within the type, and for every operator of
// ops.def the number, type and shape of operands its kernel expects (shapes of outputs included).
// A quantized axis outside the tensor's rank is accepted where one axis alone has as many elements as there are scales; `warnings` says so.
Status verify(const Model& model, std::vector<std::string>* warnings = nullptr);

}  // namespace atl::graph
