// What the attributes of an operator must satisfy by themselves, whatever its operands.
#pragma once

#include "common/base/result.h"
#include "common/graph/model.h"

namespace atl::graph {

// kInvalid: strides, dilations or filter extents below 1, activations that can't be fused, a softmax beta that is not
// a finite number. Attributes of another operator than op.kind are a bug of ours and abort.
Status check_attributes(const Op& op);

}  // namespace atl::graph
