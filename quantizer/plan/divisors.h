// Divisors that an integer model can't tell from zero.
#pragma once

#include <vector>

#include "common/base/result.h"
#include "quantizer/plan/plan.h"

namespace atl::quantizer {

// Integer DIV stops at a divisor whose integer is the zero point. kUnsupported, with a message for every float DIV
// whose divisor comes within half a step of zero: in the data (ranges, by tensor, that have values on both sides of
// zero or reach that close), or as a constant.
Status check_divisors(const graph::Subgraph& subgraph, const Plan& plan, const std::vector<Range>& ranges);

}  // namespace atl::quantizer
