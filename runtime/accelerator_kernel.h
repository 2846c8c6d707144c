// An accelerator segment as one more operator of the interpreter.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/kernels/interface/kernel.h"
#include "simulator/simulator.h"

namespace atl::runtime {

// What a segment did in the last invocation, and how it is to run.
struct SegmentState {
  size_t op_index = 0;  // in the main subgraph of the compiled model
  std::string label;    // of that op
  simulator::Simulator simulator;
  simulator::Options options;
  std::optional<simulator::Run> last_run;
};

// Runs the segment's simulator; `state` outlives the kernel.
std::unique_ptr<kernels::Kernel> make_accelerator_kernel(SegmentState& state);

}  // namespace atl::runtime
