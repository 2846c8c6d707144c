// Where the reference runtime is known to be wrong or undefined, and Atoll computes something else on purpose
// (docs/numerics.md, "Where the reference is undefined"). Only what shows in the model itself: what depends on values
// alone is not found.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/graph/model.h"

namespace atl::runtime {

struct Deviation {
  size_t op = 0;    // in the subgraph
  std::string why;  // "the reference reads int8 operands of SUM as uint8"
};

// The operators of a subgraph whose results the reference is no judge of.
std::vector<Deviation> known_deviations(const graph::Subgraph& subgraph);

// By tensor: whether such an operator computes it, or something that depends on it.
std::vector<bool> behind_deviations(const graph::Subgraph& subgraph, const std::vector<Deviation>& deviations);

}  // namespace atl::runtime
