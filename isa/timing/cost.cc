// Every formula here is one of docs/timing.md section 3; B, W, up() and S() are its names.
#include "isa/timing/cost.h"

#include <algorithm>
#include <bit>
#include <span>

#include "isa/vector_operands.h"

namespace atl::isa::timing {
namespace {

constexpr int64_t kRequantizeLatency = 8;
constexpr int64_t kVectorLatency = 4;
constexpr int64_t kTableBytes = 256;
constexpr int64_t kLaneTableBytes = 4;  // a lane and cycle

int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

// bytes rounded up to whole bank words.
int64_t up(int64_t bytes, const Machine& m) {
  return ceil_div(bytes, m.sram_bank_bytes_per_cycle) * m.sram_bank_bytes_per_cycle;
}

void add_phase(Cost& cost, int64_t cycles, int64_t bytes, const Machine& m) {
  ATOLL_CHECK(cycles >= 1 && bytes >= 0, "a phase of {} cycles and {} bytes", cycles, bytes);
  const int64_t bandwidth = m.sram_bandwidth();
  Phase phase{cycles, bytes};
  if (bytes > bandwidth) phase = {ceil_div(cycles * bytes, bandwidth), bandwidth};
  if (!cost.phases.empty() && cost.phases.back().cycles == phase.cycles &&
      cost.phases.back().sram_bytes == phase.sram_bytes) {
    ++cost.phases.back().count;
  } else {
    cost.phases.push_back(phase);
  }
}

// Bursts of `runs` runs, one tile after the other. Without off-chip memory there is nothing to time.
Cost dma_cost(uint64_t run_bytes, uint64_t runs, const Machine& m) {
  const int64_t width = m.offchip_bytes_per_cycle;
  ATOLL_CHECK(width > 0 && run_bytes > 0 && runs > 0, "dma of {} x {} bytes at {} bytes a cycle", runs, run_bytes,
              width);
  const auto bytes = static_cast<int64_t>(run_bytes);
  const int64_t burst = m.offchip_burst_bytes;
  const int64_t all_runs = static_cast<int64_t>(runs) * m.tiles();
  Cost cost;
  cost.latency = m.offchip_latency_cycles();
  if (bytes >= burst) cost.phases.push_back({ceil_div(burst, width), width, bytes / burst});
  if (bytes % burst != 0) cost.phases.push_back({ceil_div(bytes % burst, width), width, 1});
  if (cost.phases.size() == 1) {
    cost.phases[0].count *= all_runs;
  } else {
    cost.repeats = all_runs;
  }
  return cost;
}

// Bytes that one pixel's row of the contraction elements k0 .. k1 - 1 moves, given runs of `run` contiguous elements of
// `size` bytes.
int64_t row_bytes(int64_t k0, int64_t k1, int64_t run, int64_t size, const Machine& m) {
  const int64_t first_end = std::min(k1, (k0 / run + 1) * run);
  int64_t bytes = up((first_end - k0) * size, m);
  const int64_t whole = (k1 - first_end) / run;
  bytes += whole * up(run * size, m);
  return bytes + up((k1 - first_end - whole * run) * size, m);
}

// The traffic of one operand: extents and strides, outermost first, of elements of `size` bytes. S of docs/timing.md.
int64_t traffic(std::span<const int64_t> extents, std::span<const int64_t> strides, int64_t size, const Machine& m) {
  int64_t count = 1;
  for (const int64_t extent : extents) count *= extent;
  int64_t run = 1;
  for (size_t i = extents.size(); i-- > 0;) {
    if (extents[i] == 1) continue;
    if (run == 1 && strides[i] == 0) return count / extents[i] * up(size, m);
    if (strides[i] != run * size) break;
    run *= extents[i];
  }
  return count / run * up(run * size, m);
}

bool all_zero(const std::array<int64_t, 3>& extents, const std::array<int64_t, 3>& strides) {
  for (size_t i = 0; i < extents.size(); ++i) {
    if (extents[i] > 1 && strides[i] != 0) return false;
  }
  return true;
}

struct LoopNest {
  std::array<int64_t, 4> outputs;
  std::array<int64_t, 3> reductions;
  int64_t output_count = 1;     // E
  int64_t reduction_count = 1;  // K

  explicit LoopNest(const Vector& op) : outputs(output_extents(op)), reductions(reduction_extents(op)) {
    for (const int64_t extent : outputs) output_count *= extent;
    for (const int64_t extent : reductions) reduction_count *= extent;
  }
};

int64_t loop_cycles(const Vector& op, const LoopNest& nest, const LaneProgram& program, const Machine& m) {
  const int64_t outputs = nest.output_count, steps = nest.reduction_count;
  const auto body = static_cast<int64_t>(program.body.size());
  const auto tail = static_cast<int64_t>(program.tail.size());
  if (Reduce{op.reduce} == Reduce::kNone) return ceil_div(outputs, m.lanes) * std::max<int64_t>(1, body);
  if (!op.across_lanes) return ceil_div(outputs, m.lanes) * (steps * (body + 1) + tail);
  const auto sharing = static_cast<uint64_t>(std::min<int64_t>(m.lanes, steps));
  const int64_t combine = std::bit_width(sharing - 1);  // ceil(log2(sharing))
  return outputs * (ceil_div(steps, m.lanes) * (body + 1) + combine + tail);
}

int64_t loop_bytes(const Vector& op, const LoopNest& nest, const Machine& m) {
  const VectorOperand out = vector_output(op);
  int64_t bytes = traffic(nest.outputs, out.strides, lane_type_bytes(out.type), m);
  for (int i = 0; i < op.inputs; ++i) {
    const VectorOperand in = vector_input(op, i);
    const int64_t size = lane_type_bytes(in.type);
    if (all_zero(nest.reductions, in.reduction_strides)) {
      bytes += traffic(nest.outputs, in.strides, size, m);
    } else if (op.across_lanes) {
      bytes += nest.output_count * traffic(nest.reductions, in.reduction_strides, size, m);
    } else {
      bytes += nest.reduction_count * traffic(nest.outputs, in.strides, size, m);
    }
  }
  return bytes;
}

using LanePrograms = std::vector<LaneProgram>;

Cost cost_of(const Halt&, const Machine&, const LanePrograms&) { return {}; }
Cost cost_of(const Barrier&, const Machine&, const LanePrograms&) { return {}; }
Cost cost_of(const TileWindow&, const Machine&, const LanePrograms&) { return {}; }

Cost cost_of(const DmaLoad& op, const Machine& m, const LanePrograms&) {
  return dma_cost(op.run_bytes, uint64_t{op.count1} * op.count2, m);
}
Cost cost_of(const DmaStore& op, const Machine& m, const LanePrograms&) {
  return dma_cost(op.run_bytes, uint64_t{op.count1} * op.count2, m);
}

Cost cost_of(const LoadWeights& op, const Machine& m, const LanePrograms&) {
  Cost cost;
  const int64_t bytes = up(op.diagonal ? op.depth_multiplier : op.columns, m);
  for (int i = 0; i < op.tiles; ++i) {
    const int64_t rows = !op.diagonal && i + 1 == op.tiles ? op.last_rows : op.rows;
    add_phase(cost, rows, bytes, m);
  }
  return cost;
}

Cost cost_of(const Matmul& op, const Machine& m, const LanePrograms&) {
  Cost cost;
  cost.latency = int64_t{op.rows} + op.columns - 1;  // of the corner in use
  cost.spread = int64_t{op.columns} - 1;
  const int64_t pixels = int64_t{op.height} * op.width;
  const int64_t elements = int64_t{op.kernel_height} * op.kernel_width * op.channels;
  const int64_t size = op.is_16bit ? 2 : 1;  // of an element; and passes of every pixel, which share its bytes
  const bool whole_rows = op.pixel_stride == op.channels * size && op.dilation_x == 1;
  const int64_t run = whole_rows ? int64_t{op.kernel_width} * op.channels : op.channels;
  ATOLL_CHECK(op.rows > 0 && run > 0, "a matmul without contraction");
  for (int64_t k = 0; k < elements; k += op.rows) {
    const int64_t bytes = row_bytes(k, std::min(k + op.rows, elements), run, size, m);
    add_phase(cost, size * pixels, ceil_div(bytes, size), m);
    cost.sums += size * pixels;
  }
  return cost;
}

Cost cost_of(const Requantize& op, const Machine& m, const LanePrograms&) {
  Cost cost;
  cost.latency = kRequantizeLatency;
  const int64_t size = is_pair_mode(op.mode) ? 2 : 1;  // of an element; and accumulator rows of a pixel, one a cycle
  add_phase(cost, requantize_parameter_bytes(op.mode), up(op.columns, m), m);
  if (op.use_table) add_phase(cost, ceil_div(kTableBytes, m.columns), up(m.columns, m), m);
  add_phase(cost, size * op.height * op.width, ceil_div(up(size * op.columns, m), size), m);
  return cost;
}

Cost cost_of(const Vector& op, const Machine& m, const LanePrograms& lane_programs) {
  ATOLL_CHECK(op.program < lane_programs.size(), "lane program {} of {}", op.program, lane_programs.size());
  const LaneProgram& program = lane_programs[op.program];
  Cost cost;
  cost.latency = kVectorLatency;
  const int64_t width = kLaneTableBytes * m.lanes;
  for (int table = 0; table < kLaneTables; ++table) {
    if (const int bytes = table_bytes(program, table); bytes > 0)
      add_phase(cost, ceil_div(bytes, width), up(width, m), m);
  }
  const LoopNest nest(op);
  const int64_t cycles = loop_cycles(op, nest, program, m);
  add_phase(cost, cycles, ceil_div(loop_bytes(op, nest, m), cycles), m);
  return cost;
}

Cost cost_of(const Depthwise& op, const Machine& m, const LanePrograms&) {
  Cost cost;
  cost.latency = kVectorLatency;
  const int64_t taps = int64_t{op.kernel_height} * op.kernel_width, pixels = int64_t{op.height} * op.width;
  ATOLL_CHECK(taps > 0 && op.depth_multiplier > 0, "a depthwise without taps");
  const int64_t steps = ceil_div(pixels * op.columns, m.lanes);
  const int64_t channels = ceil_div(op.columns, op.depth_multiplier);
  const int64_t size = op.is_16bit ? 2 : 1;                                           // of an element
  const int64_t bytes = pixels * up(channels * size, m) + steps * up(op.columns, m);  // of one tap
  add_phase(cost, taps * steps, ceil_div(bytes, steps), m);
  return cost;
}

Cost cost_of(const std::monostate&, const Machine&, const LanePrograms&) {
  ATOLL_CHECK(false, "an operation without an instruction");
  return {};
}

}  // namespace

int64_t Cost::cycles() const {
  int64_t sum = 0;
  for (const Phase& phase : phases) sum += phase.cycles * phase.count;
  return sum * repeats;
}

int64_t Cost::phase_count() const {
  int64_t sum = 0;
  for (const Phase& phase : phases) sum += phase.count;
  return sum * repeats;
}

int64_t PhaseCursor::equal_ahead() const { return phase().count - passed_; }

void PhaseCursor::skip(int64_t count) {
  passed_ += count;
  ATOLL_CHECK(passed_ <= phase().count, "skipped {} phases of {}", passed_, phase().count);
  if (passed_ < phase().count) return;
  passed_ = 0;
  if (++index_ < cost_->phases.size()) return;
  index_ = 0;
  ++repeat_;
}

Cost cost(const Operation& operation, const Machine& machine, const std::vector<LaneProgram>& lane_programs) {
  return std::visit([&](const auto& op) { return cost_of(op, machine, lane_programs); }, operation);
}

int64_t dma_cycles(uint64_t run_bytes, uint64_t runs, const Machine& machine) {
  return dma_cost(run_bytes, runs, machine).cycles();
}

}  // namespace atl::isa::timing
