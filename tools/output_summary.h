// Outputs as people look at them: the largest values of each, in real numbers.
#pragma once

#include <string>

#include "common/arrays/array.h"
#include "common/graph/model.h"
#include "tools/console.h"

namespace atl::tools {

// Of how many invocations arrays are; leading_axis: whether they have an axis for them in front.
struct InvocationAxis {
  int64_t invocations = 0;
  bool leading_axis = false;
};

// `outputs`: arrays by array_name. Shapes are those that the arrays have, which a model need not state.
std::string outputs_text(const graph::Subgraph& subgraph, const arrays::NamedArrays& outputs, InvocationAxis axis);
Json outputs_json(const graph::Subgraph& subgraph, const arrays::NamedArrays& outputs, InvocationAxis axis);

// "2 arrays of 1 invocation".
std::string arrays_text(const arrays::NamedArrays& arrays, int64_t invocations);

// The array of a tensor; null when there is none.
const arrays::Array* find_array(const arrays::NamedArrays& arrays, const std::string& name);

}  // namespace atl::tools
