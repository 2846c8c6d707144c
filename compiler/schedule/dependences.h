// Which instructions of a serial order have to come after which: the graph that reordering must respect.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/lower/segment.h"
#include "isa/instruction.h"
#include "isa/lane_program.h"

namespace atl::compiler {

// before[i]: earlier instructions that instruction i conflicts with (isa/footprint.h), but for those that others of
// them come after anyway. Ascending.
std::vector<std::vector<uint32_t>> dependences(const std::vector<const isa::Operation*>& code,
                                               const std::vector<isa::LaneProgram>& lane_programs);

// The SRAM of a storage; empty if its home is elsewhere.
struct Region {
  uint64_t begin = 0, end = 0;
};
std::vector<Region> regions(const Segment& segment, const std::vector<Home>& homes);

}  // namespace atl::compiler
