// The compiler's front door: an integer model in, a model whose accelerated parts are programs out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/graph/model.h"
#include "compiler/effort.h"
#include "isa/machine.h"
#include "isa/program.h"

namespace atl::compiler {

struct CompileOptions {
  // FULLY_CONNECTED as current runtimes compute it (false) or as older runtimes and microcontrollers do
  // (docs/numerics.md).
  bool fixed_fully_connected = false;
  // Whether programs carry the debug map: ops, and where tensors can be read while the program runs.
  bool debug_map = true;
  // How many ways of cutting layers are tried, 0 (one) to kMostEffort (all): more take longer, and never give more
  // cycles.
  int effort = kUsualEffort;
};

// Where an op of the model went.
struct OpPlacement {
  int32_t op = -1;    // index in the main subgraph
  std::string label;  // "CONV_2D #3 'name'"
  std::string kind;   // "CONV_2D"
  bool on_accelerator = false;
  int32_t segment = -1;  // of the accelerator, in order; -1 on the host
  std::string reason;    // why not on the accelerator; empty if it is
};

struct CompiledModel {
  // The model with each accelerator segment replaced by one custom op, isa::kProgramOpName, whose custom options are
  // the encoded program; its inputs and outputs are those of the program in order. Tensors inside segments are gone.
  graph::Model model;
  std::vector<isa::Program> programs;  // of the segments, in execution order
  std::vector<OpPlacement> ops;        // of the main subgraph, in its order
  int64_t estimated_cycles = 0;        // sum over segments, by the timeline engine
  int64_t cached_parameter_bytes = 0, streamed_parameter_bytes = 0;
  std::vector<std::string> warnings;
};

// kUnsupported when the model holds an operator without a row in ops.def (all are named) or the machine has several
// tiles; kDoesNotFit when a segment can't be placed at all. A model with nothing to accelerate compiles, with a
// warning. The model must have passed graph::verify(). Deterministic.
Result<CompiledModel> compile(const graph::Model& model, const isa::Machine& machine, const CompileOptions& options);

}  // namespace atl::compiler
