// How a quantized model came to be, for those who look closer at it.
#pragma once

#include <cstdint>
#include <vector>

#include "common/graph/model.h"
#include "quantizer/observe/range.h"
#include "quantizer/plan/forms.h"

namespace atl::quantizer {

// What a quantized model was made of: rewrite(prepared, make_plan(prepared.main(), ranges, choices, edges)).
struct Making {
  graph::Model prepared;          // the float model, prepared
  std::vector<Range> ranges;      // by tensor of it
  std::vector<OpChoice> choices;  // by operator of it
  EdgeTypes edges;
  // By tensor and operator of the quantized model: those of `prepared`, -1 for what was added.
  std::vector<int32_t> origin, op_origin;
};

}  // namespace atl::quantizer
