// Which refinements are asked for, and what they did.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace atl::quantizer {

struct Refinements {
  bool equalize = false, adaround = false, bias = false;

  bool any() const { return equalize || adaround || bias; }
  bool of_integers() const { return adaround || bias; }
};

// "bias,equalize,adaround": any of them, in any order; they are applied in theirs (equalize, adaround, bias). kUsage
// for other names and for an empty list.
Result<Refinements> refinements_from_list(std::string_view list);

// They look at so many samples, the first of the representative data, or fewer where a sample takes much memory.
inline constexpr int64_t kMostRefineSamples = 64;

}  // namespace atl::quantizer
