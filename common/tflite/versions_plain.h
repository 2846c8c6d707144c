// Versions of operators without weights: elementwise ones, reductions and those that move values.
#pragma once

#include <cstdint>
#include <optional>

#include "common/graph/model.h"

namespace atl::tflite {

// As lowest_version (versions.h); nothing for operators whose versions are not decided here.
std::optional<int32_t> lowest_plain_version(const graph::Subgraph& subgraph, const graph::Op& op);

}  // namespace atl::tflite
