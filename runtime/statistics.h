// The figures of a compiled model: those of its segments together, and of its host operators.
#pragma once

#include <span>

#include "isa/machine.h"
#include "isa/program.h"
#include "runtime/host_cost.h"
#include "simulator/statistics.h"

namespace atl::runtime {

// One segment's part of a run.
struct SegmentStatistics {
  const isa::Program& program;
  simulator::Statistics statistics;
};

// Segments run one after the other: cycles, seconds, bytes and units add up, layers follow each other in time; peaks
// are maxima; utilization, bounds, latency and throughput are those of the sums. Without segments there are no cycles,
// and utilization is 0.
simulator::Statistics combine_statistics(std::span<const SegmentStatistics> segments, const HostWork& host,
                                         const isa::Machine& machine);

}  // namespace atl::runtime
