#include "runtime/statistics.h"

#include <algorithm>
#include <vector>

namespace atl::runtime {
namespace {

using simulator::Statistics;

// `part` happened after `cycles` cycles of the segments before it.
void append_layers(Statistics& total, const Statistics& part) {
  for (simulator::LayerStatistics layer : part.layers) {
    if (layer.instructions > 0) {
      layer.start += total.cycles;
      layer.end += total.cycles;
    }
    total.layers.push_back(std::move(layer));
  }
}

void add(Statistics& total, const Statistics& part) {
  append_layers(total, part);
  total.cycles += part.cycles;
  total.cold_cycles += part.cold_cycles;
  total.link_seconds += part.link_seconds;
  total.macs += part.macs;
  total.offchip_read_bytes += part.offchip_read_bytes;
  total.offchip_written_bytes += part.offchip_written_bytes;
  total.sram_peak_bytes = std::max(total.sram_peak_bytes, part.sram_peak_bytes);
  for (size_t unit = 0; unit < total.units.size(); ++unit) {
    simulator::add_cycles(total.units[unit], part.units[unit]);
    simulator::add_cycles(total.outside_layers[unit], part.outside_layers[unit]);
  }
}

}  // namespace

Statistics combine_statistics(std::span<const SegmentStatistics> segments, const HostWork& host,
                              const isa::Machine& machine) {
  Statistics total;
  total.machine = machine.name;
  total.clock_hz = machine.clock_hz;
  std::vector<isa::DebugOp> ops;
  for (const SegmentStatistics& segment : segments) {
    add(total, segment.statistics);
    ops.insert(ops.end(), segment.program.debug_ops.begin(), segment.program.debug_ops.end());
  }
  total.bounds = simulator::lower_bounds(ops, machine);
  total.host_seconds = host_seconds(host, machine);
  const double peak = static_cast<double>(total.cycles) * machine.peak_macs_per_cycle();
  total.utilization = peak > 0 ? static_cast<double>(total.macs) / peak : 0;
  total.update_latency();
  return total;
}

}  // namespace atl::runtime
