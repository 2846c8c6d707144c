// Outputs as people look at them: the largest values of each, in real numbers.
#pragma once

#include <string>

#include "common/arrays/array.h"
#include "common/graph/model.h"
#include "tools/console.h"

namespace atl::tools {

// `outputs`: arrays by array_name, of `invocations` invocations each, with or without an axis for them in front.
std::string outputs_text(const graph::Subgraph& subgraph, const arrays::NamedArrays& outputs, int64_t invocations);
Json outputs_json(const graph::Subgraph& subgraph, const arrays::NamedArrays& outputs, int64_t invocations);

// "2 arrays of 1 invocation".
std::string arrays_text(const arrays::NamedArrays& arrays, int64_t invocations);

// The array of a tensor; null when there is none.
const arrays::Array* find_array(const arrays::NamedArrays& arrays, const std::string& name);

}  // namespace atl::tools
