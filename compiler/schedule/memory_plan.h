// Who is where: storages in SRAM or off-chip, constants cached or streamed, and every task's staging area.
//
// SRAM, from 0 upwards: storages by first fit over their lifetimes; a task's staging area above those alive with it;
// cached constants at the top. Off-chip memory, from 0 upwards: all constants, inputs, outputs, spilled storages.
#pragma once

#include <optional>
#include <vector>

#include "compiler/lower/segment.h"

namespace atl::compiler {

struct MemoryPlan {
  std::vector<Home> homes;                  // by storage
  std::vector<Surroundings> surroundings;   // by task; `homes` points into this plan: don't copy it
  std::vector<uint64_t> constants_offchip;  // by task: off-chip address of its constants
  uint64_t constant_image_bytes = 0;        // constants fill off-chip memory from 0 to here
  uint64_t offchip_bytes = 0;
  uint64_t sram_peak_bytes = 0;
  uint64_t cached_bytes = 0, cached_address = 0;  // the cached constants' region in SRAM
};

// Why a segment can't be placed: the task that asks for too much.
struct PlacementFailure {
  int32_t debug_op = -1;
  int64_t bytes_needed = 0;
};

// Fills `plan`; nothing if the segment fits.
std::optional<PlacementFailure> plan_memory(const Segment& segment, const isa::Machine& machine, const Stripes& stripes,
                                            MemoryPlan& plan);

}  // namespace atl::compiler
