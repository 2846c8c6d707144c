// Elements of arrays as numbers, for showing and comparing them.
#pragma once

#include <vector>

#include "common/arrays/array.h"

namespace atl::tools {

bool is_integer(arrays::ElementType type);

// Every element, in C order. 64-bit integers beyond 2^53 are rounded.
std::vector<double> values(const arrays::Array& array);

}  // namespace atl::tools
