// The figures of a simulation, for people and for spreadsheets.
#pragma once

#include <string>

#include "isa/machine.h"
#include "simulator/statistics.h"

namespace atl::tools {

// Cycles, seconds, bounds and traffic; what every unit did; the layers that took longest.
std::string statistics_text(const simulator::Statistics& statistics);

// One row a layer, all of LayerStatistics. Comma-separated, quoted where needed (RFC 4180, but with \n as line break).
std::string layers_csv(const simulator::Statistics& statistics);

}  // namespace atl::tools
