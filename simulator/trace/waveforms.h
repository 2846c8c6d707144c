// A run as waveforms.
#pragma once

#include "simulator/trace/traced_run.h"

namespace atl::simulator {

// A value change dump (IEEE Std 1364-2005, clause 18) for GTKWave and its like. A nanosecond of the dump is one cycle,
// exactly. Signals of module atoll:
//   <unit>.activity     3 bits, the activity's number (isa::timing::Activity; a comment lists them)
//   <unit>.busy         working at full rate
//   <unit>.stalled      waiting: for a semaphore, weights, SRAM bandwidth or the link
//   <unit>.instruction  32 bits, index in the main code of what the unit is at work on or waits to decode; x if none
//   <unit>.op           32 bits, index in the model's subgraph of the op that it serves; x if none
//   semaphores.<from>_to_<to>   17 bits, tokens seen at the start of a cycle; of the semaphores that are used
//   memory.sram_bytes_in_use, memory.dma_load_bytes_in_flight, memory.dma_store_bytes_in_flight   64 bits
void write_waveforms(const TracedRun& run, const TraceSink& sink);

}  // namespace atl::simulator
