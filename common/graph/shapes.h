// Shape inference: what an operator's output shapes are, from its attributes, input shapes and constant inputs.
#pragma once

#include <optional>
#include <vector>

#include "common/base/result.h"
#include "common/graph/model.h"

namespace atl::graph {

// A tensor may have this many elements: the format's runtimes count them in 32 bits.
inline constexpr int64_t kMaxTensorElements = INT32_MAX;

// One shape an output; nothing where it depends on values known only when the model runs (a computed shape or axis).
// The operator must have a row in ops.def, its tensor indices must be in range; its output tensors' own shapes are not
// looked at. kInvalid when a needed input is left out, an attribute or rank is wrong, or shapes don't go together; the
// message does not name the operator.
Result<std::vector<std::optional<Shape>>> infer_shapes(const Subgraph& subgraph, const Op& op);

}  // namespace atl::graph
