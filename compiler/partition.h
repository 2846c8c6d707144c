// Which ops go to the accelerator, and how they group into segments.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/graph/model.h"

namespace atl::compiler {

// Consecutive ops of a subgraph that become one program, and the tensors that cross its border.
struct SegmentOps {
  std::vector<int32_t> ops;
  std::vector<int32_t> inputs, outputs;  // tensors, each once, in order of first use and of making
};

struct Partition {
  std::vector<std::optional<std::string>> host_reason;  // by op; nothing: on the accelerator
  std::vector<SegmentOps> segments;
};

// host_reason: as known so far; ops without one go to the accelerator.
Partition partition(const graph::Subgraph& subgraph, std::vector<std::optional<std::string>> host_reason);

}  // namespace atl::compiler
