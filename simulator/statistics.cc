#include "simulator/statistics.h"

#include <algorithm>

#include "common/base/check.h"
#include "isa/timing/cost.h"

namespace atl::simulator {

namespace {

// The work of ops together: what is one unit's, and what array and vector unit can share.
class Work {
 public:
  void add(const isa::DebugOp& op) {
    array_cycles_ += static_cast<double>(op.array_cycles);
    vector_cycles_ += static_cast<double>(op.vector_cycles);
    offchip_bytes_ += op.offchip_bytes;
    if (op.on_array_cycles == 0 && op.on_vector_cycles == 0) return;
    shared_.push_back({static_cast<double>(op.on_array_cycles), static_cast<double>(op.on_vector_cycles)});
  }

  // Cycles of the busiest resource, shared work split as best.
  int64_t busiest(const isa::Machine& machine) const {
    const auto width = static_cast<uint64_t>(machine.offchip_bytes_per_cycle);
    const uint64_t offchip_cycles = width == 0 ? 0 : (offchip_bytes_ + width - 1) / width;
    return std::max(static_cast<int64_t>(offchip_cycles), static_cast<int64_t>(busiest_of_two()));
  }

 private:
  struct Shared {
    double on_array, on_vector;
  };

  // All shared work on the vector unit first; then, as long as that is the busier one, to the array, what costs least
  // there first.
  double busiest_of_two() const {
    std::vector<Shared> order = shared_;
    std::sort(order.begin(), order.end(),
              [](const Shared& a, const Shared& b) { return a.on_array * b.on_vector < b.on_array * a.on_vector; });
    double array = array_cycles_, vector = vector_cycles_;
    for (const Shared& s : order) vector += s.on_vector;
    for (const Shared& s : order) {
      if (vector <= array) break;
      const double part = std::min(1.0, (vector - array) / std::max(1.0, s.on_array + s.on_vector));
      array += part * s.on_array;
      vector -= part * s.on_vector;
    }
    return std::max(array, vector);
  }

  double array_cycles_ = 0, vector_cycles_ = 0;
  uint64_t offchip_bytes_ = 0;
  std::vector<Shared> shared_;
};

int64_t busiest(const isa::DebugOp& op, const isa::Machine& machine) {
  Work work;
  work.add(op);
  return work.busiest(machine);
}

template <typename Dma>
uint64_t dma_bytes(const Dma& dma, const isa::Machine& machine) {
  return uint64_t{dma.run_bytes} * dma.count1 * dma.count2 * static_cast<uint64_t>(machine.tiles());
}

void add_instruction(LayerStatistics& layer, const isa::Operation& operation, const isa::Program& program,
                     const isa::Machine& machine, const isa::timing::InstructionTimes& times) {
  layer.start = layer.instructions == 0 ? times.started : std::min(layer.start, times.started);
  layer.end = std::max(layer.end, times.completed);
  ++layer.instructions;
  const isa::timing::Cost cost = isa::timing::cost(operation, machine, program.lane_programs);
  layer.work_cycles[static_cast<size_t>(isa::unit_of(operation))] += cost.cycles();
  if (const auto* load = std::get_if<isa::DmaLoad>(&operation)) layer.offchip_read_bytes += dma_bytes(*load, machine);
  if (const auto* store = std::get_if<isa::DmaStore>(&operation))
    layer.offchip_written_bytes += dma_bytes(*store, machine);
}

std::vector<LayerStatistics> layers_of(const isa::Program& program, const isa::Machine& machine,
                                       const isa::timing::Timeline& timeline) {
  std::vector<LayerStatistics> layers;
  for (const isa::DebugOp& op : program.debug_ops) {
    LayerStatistics layer;
    layer.op = op.op;
    layer.label = op.label;
    layer.macs = op.macs;
    layer.lower_bound = busiest(op, machine);
    layers.push_back(std::move(layer));
  }
  for (size_t i = 0; i < program.debug_of_instruction.size(); ++i) {
    const int32_t op = program.debug_of_instruction[i];
    const isa::Operation& operation = program.main[i].operation;
    if (op < 0 || isa::unit_of(operation) == isa::Unit::kControl) continue;
    add_instruction(layers[static_cast<size_t>(op)], operation, program, machine, timeline.instructions[i]);
  }
  return layers;
}

// Every span to the layer of its instruction, or to none.
void attribute_cycles(Statistics& statistics, const isa::Program& program, const isa::timing::Timeline& timeline) {
  for (size_t unit = 0; unit < isa::kUnits; ++unit) {
    const isa::timing::ActivityLog& log = timeline.activities[unit];
    for (size_t i = 0; i < log.spans().size(); ++i) {
      const isa::timing::ActivitySpan& span = log.spans()[i];
      const bool known = span.instruction < program.debug_of_instruction.size();
      const int32_t op = known ? program.debug_of_instruction[span.instruction] : -1;
      auto& units = op < 0 ? statistics.outside_layers : statistics.layers[static_cast<size_t>(op)].units;
      units[unit].cycles[static_cast<size_t>(span.activity)] += log.end(i, timeline.cycles) - span.begin;
    }
  }
}

// Layers and what lies outside of them make up what the units did.
void check_attribution(const Statistics& statistics) {
  for (size_t unit = 0; unit < isa::kUnits; ++unit) {
    isa::timing::UnitStatistics sum = statistics.outside_layers[unit];
    for (const LayerStatistics& layer : statistics.layers) add_cycles(sum, layer.units[unit]);
    ATOLL_CHECK(sum == statistics.units[unit], "the layers' cycles of {} do not sum up",
                isa::unit_name(isa::Unit(unit)));
  }
}

double link_seconds(const isa::Program& program, const isa::Machine& machine) {
  if (machine.link_bytes_per_second == 0) return 0;
  uint64_t bytes = 0;
  for (const auto* bindings : {&program.inputs, &program.outputs}) {
    for (const isa::Binding& binding : *bindings) bytes += binding.bytes;
  }
  return static_cast<double>(bytes) / machine.link_bytes_per_second + machine.link_fixed_seconds;
}

}  // namespace

void add_cycles(isa::timing::UnitStatistics& sum, const isa::timing::UnitStatistics& part) {
  for (size_t activity = 0; activity < sum.cycles.size(); ++activity) sum.cycles[activity] += part.cycles[activity];
}

Bounds lower_bounds(std::span<const isa::DebugOp> ops, const isa::Machine& machine) {
  Bounds bounds;
  Work total;
  for (const isa::DebugOp& op : ops) {
    total.add(op);
    bounds.layered += busiest(op, machine);
  }
  bounds.resource = total.busiest(machine);
  return bounds;
}

void Statistics::update_latency() {
  latency_seconds = static_cast<double>(cycles) / static_cast<double>(clock_hz) + link_seconds + host_seconds;
  throughput_per_second = latency_seconds > 0 ? 1 / latency_seconds : 0;
}

Statistics make_statistics(const isa::Program& program, const isa::Machine& machine,
                           const isa::timing::Timeline& timeline, int64_t preload_cycles) {
  ATOLL_CHECK(timeline.instructions.size() == program.main.size());
  Statistics statistics;
  statistics.machine = machine.name;
  statistics.clock_hz = machine.clock_hz;
  statistics.cycles = timeline.cycles;
  statistics.cold_cycles = preload_cycles + timeline.cycles;
  statistics.link_seconds = link_seconds(program, machine);
  for (const isa::DebugOp& op : program.debug_ops) statistics.macs += op.macs;
  statistics.utilization =
      static_cast<double>(statistics.macs) / (static_cast<double>(timeline.cycles) * machine.peak_macs_per_cycle());
  statistics.bounds = lower_bounds(program.debug_ops, machine);
  statistics.offchip_read_bytes = timeline.offchip_read_bytes;
  statistics.offchip_written_bytes = timeline.offchip_written_bytes;
  statistics.sram_peak_bytes = program.sram_peak_bytes;
  statistics.units = timeline.units;
  statistics.layers = layers_of(program, machine, timeline);
  attribute_cycles(statistics, program, timeline);
  check_attribution(statistics);
  statistics.update_latency();
  return statistics;
}

}  // namespace atl::simulator
