// How the process gets its memory from the system.
#pragma once

namespace atl::tools {

// To be called once, first thing. Memory that was used stays with the process for its next use, and the heap starts out
// large and in huge pages where the system offers them on request: a run of a model touches every page of some tens of
// megabytes once, and the system's work for each first touch costs as much as the inference. Without effect, and
// harmless, elsewhere than on Linux with glibc. Only addresses are reserved: untouched memory isn't occupied.
void keep_process_memory();

}  // namespace atl::tools
