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

// A half-open range from the first to the last byte. If `period` is not 0, only the first `width` < period bytes of
// every `period` bytes from `begin` on are touched: some channels of every pixel. Other strided accesses count as the
// range.
struct Access {
  Space space;
  bool write;
  uint64_t begin, end;
  uint64_t period = 0, width = 0;
};

// lane_programs: those of the program, for table sizes. Halt, Barrier and TileWindow access nothing.
std::vector<Access> footprint(const Operation& operation, const std::vector<LaneProgram>& lane_programs);

// True if the bytes of the two may have one in common where their ranges meet.
bool interleave(const Access& a, const Access& b);

// True if the two may not overlap in time: same space, common bytes, at least one write.
bool conflicts(const Access& a, const Access& b);

}  // namespace atl::isa
