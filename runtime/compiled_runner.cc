#include "runtime/compiled_runner.h"

#include <map>

#include "runtime/segments.h"

namespace atl::runtime {

Result<CompiledRunner> CompiledRunner::create(const graph::Model& model, const isa::Machine& machine,
                                              const RunnerOptions& options) {
  CompiledRunner runner(model, machine);
  runner.keep_state_ = options.keep_state;
  ATOLL_TRY(runner.load_segments(options));
  if (!options.timing_only) ATOLL_TRY(runner.make_interpreter(options));
  return runner;
}

Status CompiledRunner::load_segments(const RunnerOptions& options) {
  ATOLL_ASSIGN(std::vector<Segment> segments, read_segments(*model_));
  for (Segment& segment : segments) {
    auto simulator = simulator::Simulator::create(std::move(segment.program), machine_);
    const std::string label = graph::op_label(model_->main(), segment.op_index);
    if (!simulator.ok()) return std::move(simulator).error().with_place(label);
    simulator::Options settings;
    settings.fidelity = options.fidelity;
    settings.capture_materialized = options.capture_materialized;
    settings.timing_only = options.timing_only;
    segments_.push_back(std::make_unique<SegmentState>(
        SegmentState{segment.op_index, label, std::move(simulator).value(), settings, std::nullopt}));
  }
  return {};
}

Status CompiledRunner::make_interpreter(const RunnerOptions& options) {
  kernels::InterpreterOptions settings;
  settings.kernels.fc_requant = options.fc_requant;
  settings.preserve_all = options.preserve_all;
  std::map<size_t, SegmentState*> segment_at;
  for (const auto& segment : segments_) segment_at[segment->op_index] = segment.get();
  settings.prepare_unknown = [segment_at](const graph::Subgraph& subgraph,
                                          size_t op_index) -> Result<std::unique_ptr<kernels::Kernel>> {
    if (const auto found = segment_at.find(op_index); found != segment_at.end()) {
      return make_accelerator_kernel(*found->second);
    }
    return make_error(ErrorCode::kUnsupported, "{} {}", graph::op_label(subgraph, op_index),
                      graph::refusal(subgraph.ops[op_index]));
  };
  ATOLL_ASSIGN(interpreter_, kernels::Interpreter::create(*model_, settings));
  return {};
}

Result<std::vector<Bytes>> CompiledRunner::run(std::span<const Bytes> inputs) {
  ATOLL_CHECK(interpreter_.has_value(), "a runner for timing only can't run");
  if (!keep_state_) {
    for (const auto& segment : segments_) segment->simulator.clear_state_buffers();
    interpreter_->clear_state();
  }
  for (size_t i = 0; i < inputs.size(); ++i) interpreter_->set_input(i, inputs[i]);
  ATOLL_TRY(interpreter_->invoke());
  std::vector<Bytes> outputs;
  for (size_t i = 0; i < interpreter_->num_outputs(); ++i) {
    const auto bytes = interpreter_->output(i).bytes;
    outputs.emplace_back(bytes.begin(), bytes.end());
  }
  return outputs;
}

Status CompiledRunner::time() {
  for (const auto& segment : segments_) {
    ATOLL_CHECK(segment->options.timing_only, "time() needs a runner for timing only");
    auto run = segment->simulator.run({}, segment->options);
    if (!run.ok()) return std::move(run).error().with_place(segment->label);
    segment->last_run = std::move(run).value();
  }
  return {};
}

simulator::Statistics CompiledRunner::statistics() const {
  std::vector<SegmentStatistics> parts;
  for (const auto& segment : segments_) {
    ATOLL_CHECK(segment->last_run.has_value(), "statistics() before run()");
    const isa::Program& program = segment->simulator.program();
    parts.push_back({program, simulator::make_statistics(program, machine_, segment->last_run->timeline,
                                                         segment->last_run->preload_cycles)});
  }
  return combine_statistics(parts, host_work(model_->main()), machine_);
}

simulator::TracedRun CompiledRunner::traced_run() const {
  simulator::TracedRun run{machine_, {}};
  for (const auto& segment : segments_) {
    ATOLL_CHECK(segment->last_run.has_value(), "traced_run() before run()");
    run.add(segment->simulator.program(), segment->last_run->timeline);
  }
  return run;
}

}  // namespace atl::runtime
