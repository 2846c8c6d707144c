// What an instruction reads and writes: the one account of it, used to place semaphores (compiler) and to check for
// races (simulator).
#pragma once

#include <cstdint>
#include <vector>

#include "isa/instruction.h"
#include "isa/lane_program.h"
#include "isa/machine.h"

namespace atl::isa {

enum class Space : uint8_t { kSram, kOffchip, kAccumulator };  // bytes, bytes, rows

// A half-open range; strided accesses are covered by the range from their first to their last byte.
struct Access {
  Space space;
  bool write;
  uint64_t begin, end;
};

// lane_programs: those of the program, for table sizes. Halt, Barrier and TileWindow access nothing.
std::vector<Access> footprint(const Operation& operation, const std::vector<LaneProgram>& lane_programs);

// True if the two may not overlap in time: same space, overlapping ranges, at least one write.
bool conflicts(const Access& a, const Access& b);

}  // namespace atl::isa
