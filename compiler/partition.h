// Which ops go to the accelerator, and how they group into segments.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/graph/model.h"

namespace atl::compiler {

// Ops of a subgraph that become one program, and the tensors that cross its border.
struct SegmentOps {
  std::vector<int32_t> ops;              // in the subgraph's order
  std::vector<int32_t> inputs, outputs;  // tensors, each once, in order of first use and of making
};

// One step of a compiled model: an op on the host, or a segment.
struct PartitionStep {
  int32_t host_op = -1, segment = -1;  // one of them
};

struct Partition {
  std::vector<std::optional<std::string>> host_reason;  // by op; nothing: on the accelerator
  std::vector<SegmentOps> segments;
  std::vector<PartitionStep> steps;  // all of both, in an order that respects what depends on what
};

// Segments are as large as dependences allow: ops run whenever what they need is there, on either side as long as
// there is one to run, so that an op on the host parts those before it from those after it and no others. Ops with
// side effects (variables, states, control flow) keep their order.
// host_reason: as known so far; ops without one go to the accelerator.
Partition partition(const graph::Subgraph& subgraph, std::vector<std::optional<std::string>> host_reason);

}  // namespace atl::compiler
