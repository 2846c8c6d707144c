// How much of the scratchpad holds something that is still needed.
#pragma once

#include "isa/program.h"
#include "isa/timing/timeline_record.h"
#include "simulator/trace/counters.h"

namespace atl::simulator {

// Bytes of a tile's SRAM in use over the main code. A byte is in use from the start of the instruction that writes it
// until the last one that reads it before it is written anew is complete; what the preload code loads, as long as the
// main code does not write over it. Accesses are those of isa/footprint.h, so that the gaps of a strided one count as
// accessed: bytes written and not yet read when a second instruction writes the same range stay in use.
Counter sram_bytes_in_use(const isa::Program& program, const isa::timing::Timeline& timeline);

}  // namespace atl::simulator
