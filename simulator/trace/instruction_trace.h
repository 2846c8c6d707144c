// A run as a list of instructions.
#pragma once

#include "simulator/trace/traced_run.h"

namespace atl::simulator {

// A line an instruction, in the order in which they start; of those that start in one cycle, in the order of the code.
// Columns, separated by tabs, named by the first line: dispatched, started (decoded), ended (the first cycle after the
// unit's work), completed (the first cycle with results in place), unit, segment, instruction (index in the segment's
// main code), op (its label, empty if none), text (as in the assembly). Control instructions start when they are
// dispatched and take one cycle.
void write_instruction_trace(const TracedRun& run, const TraceSink& sink);

}  // namespace atl::simulator
