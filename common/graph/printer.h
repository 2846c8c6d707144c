// The IR as text: one line a tensor, one line an op; stable, for snapshots, `atoll inspect` and debugging.
#pragma once

#include <string>

#include "common/graph/model.h"

namespace atl::graph {

std::string print(const Model& model);
std::string print(const Subgraph& subgraph);
// "padding=same stride=2x2 activation=relu6": the attributes of an op in one line, defaults included.
std::string print_attributes(const Op& op);

}  // namespace atl::graph
