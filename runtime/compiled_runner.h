// The host's side of a compiled model: accelerator segments on the simulator, the other operators on the reference
// kernels.
//
//   ATOLL_ASSIGN(auto runner, CompiledRunner::create(model, machine, {}));
//   ATOLL_ASSIGN(const auto outputs, runner.run(inputs));
//   runner.statistics().cycles
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "common/kernels/interpreter.h"
#include "runtime/accelerator_kernel.h"
#include "runtime/host_cost.h"
#include "runtime/statistics.h"
#include "simulator/trace/traced_run.h"

namespace atl::runtime {

struct RunnerOptions {
  simulator::Fidelity fidelity = simulator::Fidelity::kFast;
  bool capture_materialized = false;  // programs' tensors can be read after run(): SegmentState::last_run
  bool preserve_all = false;          // tensors outside of segments can be read after run(): interpreter()
  bool timing_only = false;           // time() instead of run()
  bool keep_state = false;            // variables keep their values from one run() to the next
  kernels::FcRequant fc_requant = kernels::FcRequant::kDouble;  // of host operators
};

class CompiledRunner {
 public:
  // A model that the compiler wrote (or one without segments: all of it then runs on the host). It has passed
  // graph::verify and outlives the runner. kInvalid when a segment holds no program that is valid on the machine;
  // kUnsupported when a host operator has no kernel; kDoesNotFit when its tensors exceed the interpreter's limit.
  static Result<CompiledRunner> create(const graph::Model& model, const isa::Machine& machine,
                                       const RunnerOptions& options = {});

  // One inference, without keep_state from the state before the first: the bytes of every output, from those of every
  // input, by position. Not with timing_only.
  Result<std::vector<Bytes>> run(std::span<const Bytes> inputs);

  // Segments' timing alone, which does not depend on values. With timing_only.
  Status time();

  // Of the last run() or time(), summed over segments; the host's operators by the machine's model of its host.
  simulator::Statistics statistics() const;

  // The same run as timelines, for traces: of the main code of every segment, warm. Valid until the next run.
  simulator::TracedRun traced_run() const;

  const std::vector<std::unique_ptr<SegmentState>>& segments() const { return segments_; }
  const kernels::Interpreter& interpreter() const { return *interpreter_; }

 private:
  CompiledRunner(const graph::Model& model, const isa::Machine& machine) : model_(&model), machine_(machine) {}

  Status load_segments(const RunnerOptions& options);
  Status make_interpreter(const RunnerOptions& options);

  const graph::Model* model_;
  isa::Machine machine_;
  bool keep_state_ = false;
  std::vector<std::unique_ptr<SegmentState>> segments_;  // in execution order; kernels point to them
  std::optional<kernels::Interpreter> interpreter_;      // none with timing_only
};

}  // namespace atl::runtime
