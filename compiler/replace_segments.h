// The compiled model: segments replaced by custom ops that hold their programs.
#pragma once

#include "common/graph/model.h"
#include "compiler/partition.h"
#include "isa/program.h"

namespace atl::compiler {

// programs: of the partition's segments, in order. Tensors of the main subgraph that nothing refers to any more are
// dropped, and indices in programs' bindings and debug maps keep meaning the original model's.
graph::Model replace_segments(const graph::Model& model, const Partition& partition,
                              const std::vector<isa::Program>& programs);

}  // namespace atl::compiler
