// A SystemC simulation that leaves nothing behind: the one place that knows how the kernel is started and how it
// reports errors.
#pragma once

#include <functional>

#include "common/base/result.h"

namespace atl::simulator {

// Runs `body`, which elaborates modules and starts the simulation, in a simulation context of its own. Whatever SystemC
// itself reports ends the run as an error, and nothing is printed. Calls from several threads wait for each other.
Status run_systemc(const std::function<void()>& body);

}  // namespace atl::simulator
