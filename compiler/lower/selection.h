// Which elements of their inputs SLICE, STRIDED_SLICE, SPLIT, SPLIT_V, UNPACK, MIRROR_PAD, TILE, BROADCAST_TO, GATHER,
// REVERSE_V2 and RESIZE_NEAREST_NEIGHBOR show.
#pragma once

#include <vector>

#include "common/base/result.h"
#include "common/graph/op_view.h"
#include "compiler/lower/index_map.h"

namespace atl::compiler {

struct Selection {
  size_t input = 0, output = 0;  // positions of the operands
  IndexMap map;
};

// One an output. Shapes are known. kUnsupported: what steers the op is computed or out of range; the message says what.
Result<std::vector<Selection>> selections(const graph::OpView& op);

}  // namespace atl::compiler
