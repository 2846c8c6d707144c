// Which tensors go to --output.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/graph/model.h"

namespace atl::tools {

// The outputs, in their order.
std::vector<size_t> output_tensors(const graph::Subgraph& subgraph);

// For --all-tensors: in order of index, the outputs and the tensors that are not constant, that `available` knows and
// that an array can hold. Those that no array can hold are named on stderr.
std::vector<size_t> all_tensors(const graph::Subgraph& subgraph, const std::function<bool(size_t)>& available);

// kUsage when --all-tensors has nowhere to write to.
Status check_all_tensors(bool all_tensors, const std::string& output);

}  // namespace atl::tools
