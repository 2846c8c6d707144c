// Statistics as the JSON of `atoll simulate --stats`.
#pragma once

#include <string>

#include "simulator/statistics.h"

namespace atl::simulator {

// Two spaces of indentation, keys in a fixed order, a newline at the end.
std::string statistics_json(const Statistics& statistics);

}  // namespace atl::simulator
