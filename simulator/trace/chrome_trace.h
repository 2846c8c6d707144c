// A run as a timeline for Perfetto (ui.perfetto.dev) and chrome://tracing.
#pragma once

#include "simulator/trace/traced_run.h"

namespace atl::simulator {

// JSON object format of the Trace Event Format (Google, "Trace Event Format", 2016). A microsecond of the trace is one
// cycle, exactly; the machine's clock is in otherData.
//   process 1, "units": a thread a unit. Complete events (ph X) of category "instruction", from the decode cycle to the
//     end of the unit's work, with the op, the times and all fields that are not 0 as arguments; inside of them, and
//     between them for semaphores, events of category "stall" whose argument `cause` says who was waited for.
//   process 2, "operators": an event an op, from its first decode to its last completion, on as few threads as hold
//     them without overlap.
//   process 3, "counters": SRAM bytes in use, DMA bytes in flight, tokens of every semaphore that is used.
void write_chrome_trace(const TracedRun& run, const TraceSink& sink);

}  // namespace atl::simulator
