// What to tell about a program that gets stuck, leaves something behind or overflows a semaphore.
#pragma once

#include "common/base/result.h"
#include "simulator/sysc/accelerator.h"

namespace atl::simulator {

// Which unit waits for what at which instruction, and what the queues hold. For a run in which nothing moves any more.
Error deadlock(const Accelerator& accelerator);

// Tokens or weight tiles that nobody took, at the end of a run.
Status leftovers(const Accelerator& accelerator);

}  // namespace atl::simulator
