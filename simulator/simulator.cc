#include "simulator/simulator.h"

#include <cstring>

#include "simulator/capture.h"
#include "simulator/code_run.h"
#include "simulator/core/weights.h"

namespace atl::simulator {

using isa::timing::Timeline;

namespace {

Status in_code(std::string_view name, Status status) {
  if (status.ok()) return status;
  return std::move(status).error().with_place(std::string(name));
}

void write_inputs(const isa::Program& program, std::span<const Bytes> inputs, MachineState& state) {
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].empty()) continue;
    std::memcpy(state.offchip.at(program.inputs[i].offchip, inputs[i].size()), inputs[i].data(), inputs[i].size());
  }
}

std::vector<Bytes> read_outputs(const isa::Program& program, const MachineState& state) {
  std::vector<Bytes> outputs;
  for (const isa::Binding& output : program.outputs) {
    const std::span<const uint8_t> bytes = state.offchip.view(output.offchip, output.bytes);
    outputs.emplace_back(bytes.begin(), bytes.end());
  }
  return outputs;
}

}  // namespace

Result<Simulator> Simulator::create(isa::Program program, isa::Machine machine) {
  ATOLL_TRY(isa::validate(program, machine));
  ATOLL_TRY(in_code("preload", check_weight_tiles(program.preload)));
  ATOLL_TRY(in_code("main", check_weight_tiles(program.main)));
  return Simulator(std::move(program), std::move(machine));
}

Result<Run> Simulator::run(std::span<const Bytes> inputs, const Options& options) {
  if (!options.timing_only) ATOLL_TRY(check_inputs(inputs));
  // An error midway leaves memories that mean nothing; they are dropped with `state`.
  std::optional<MachineState> state = std::exchange(state_, std::nullopt);
  Result<Run> result = run_from(state, inputs, options);
  if (result.ok()) state_ = std::move(state);
  return result;
}

Result<Run> Simulator::run_from(std::optional<MachineState>& state, std::span<const Bytes> inputs,
                                const Options& options) {
  const bool values = !options.timing_only, cold = values && !state;
  if (cold) {
    ATOLL_ASSIGN(state, MachineState::create(machine_, program_.offchip_bytes, program_.constants));
  }
  Run run;
  ATOLL_ASSIGN(run.preload_cycles, run_preload(cold ? &*state : nullptr, options));
  std::optional<Capture> capture;
  if (values) write_inputs(program_, inputs, *state);
  if (values && options.capture_materialized) capture.emplace(program_).begin(*state);
  CodeRun main(program_.main, program_.lane_programs, machine_);
  ATOLL_ASSIGN(run.timeline, main.run(options.fidelity, options.check_races, values ? &*state : nullptr,
                                      capture ? &*capture : nullptr, main_timed_));
  if (values) run.outputs = read_outputs(program_, *state);
  if (capture) run.captured = capture->take();
  return run;
}

Result<int64_t> Simulator::run_preload(MachineState* state, const Options& options) {
  if (program_.preload.size() <= 1) return int64_t{0};  // nothing but halt
  CodeRun preload(program_.preload, program_.lane_programs, machine_);
  ATOLL_ASSIGN(const Timeline timeline,
               preload.run(options.fidelity, options.check_races, state, nullptr, preload_timed_));
  return timeline.cycles;
}

Status Simulator::check_inputs(std::span<const Bytes> inputs) const {
  if (inputs.size() != program_.inputs.size()) {
    return make_error(ErrorCode::kInvalid, "{} inputs are given, but the program takes {}", inputs.size(),
                      program_.inputs.size());
  }
  ErrorCollector errors;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const isa::Binding& input = program_.inputs[i];
    if (inputs[i].size() == input.bytes) continue;
    errors.add(make_error(ErrorCode::kInvalid, "input '{}' has {} bytes, but the program takes {}", input.name,
                          inputs[i].size(), input.bytes));
  }
  return std::move(errors).status();
}

void Simulator::reset() { state_.reset(); }

void Simulator::clear_state_buffers() {
  if (!state_) return;
  for (const isa::Binding& buffer : program_.state) {
    if (buffer.bytes > 0) std::memset(state_->offchip.at(buffer.offchip, buffer.bytes), 0, buffer.bytes);
  }
}

}  // namespace atl::simulator
