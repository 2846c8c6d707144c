// Address ranges of any instruction in 128-bit arithmetic, so that fields of any value have a range that does not wrap.
// footprint() and validate() both stand on it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "isa/footprint.h"

namespace atl::isa {

__extension__ using i128 = __int128;

// Decimal digits of a value; fmt prints no 128-bit numbers.
std::string decimal(i128 value);

// Half-open and not empty, but perhaps outside of every memory, even negative.
struct Extent {
  Space space;
  bool write;
  std::string_view what;  // the field with the base address
  i128 begin, end;
  i128 period = 0, width = 0;  // as of Access
};

// Counts and extents in the operation must be at least 1, its types valid and its lane program one of those given.
std::vector<Extent> extents(const Operation& operation, const std::vector<LaneProgram>& lane_programs);

}  // namespace atl::isa
