// Divisors that an integer model can't tell from zero.
#pragma once

#include <vector>

#include "quantizer/plan/obstacle.h"
#include "quantizer/plan/plan.h"

namespace atl::quantizer {

struct BadDivisor {
  size_t op;
  Obstacle obstacle;
};

// Integer DIV stops at a divisor whose integer is the zero point. Every DIV that is to be integer and whose divisor
// comes within half a step of zero: in the data (ranges, by tensor, that have values on both sides of zero or reach
// that close), or as a constant.
std::vector<BadDivisor> find_bad_divisors(const graph::Subgraph& subgraph, const Plan& plan,
                                          const std::vector<Range>& ranges);

}  // namespace atl::quantizer
