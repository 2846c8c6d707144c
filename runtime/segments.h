// Accelerator segments of a compiled model: custom ops that hold a program (isa::kProgramOpName).
#pragma once

#include <cstddef>
#include <vector>

#include "common/base/result.h"
#include "common/graph/model.h"
#include "isa/program.h"

namespace atl::runtime {

struct Segment {
  size_t op_index = 0;  // in the main subgraph
  isa::Program program;
};

bool is_accelerator_op(const graph::Op& op);

// Whether a model is one that the compiler wrote: its main subgraph has an accelerator segment.
bool is_compiled(const graph::Model& model);

// The segments of the main subgraph in execution order. kInvalid, naming the op, when an op's bytes are no program or
// the program's inputs and outputs are not as many and as large as the op's. The model has passed graph::verify.
Result<std::vector<Segment>> read_segments(const graph::Model& model);

}  // namespace atl::runtime
