#include "tools/statistics_report.h"

#include <algorithm>

#include "isa/instruction.h"
#include "isa/timing/timeline.h"
#include "tools/table.h"

namespace atl::tools {
namespace {

using simulator::LayerStatistics;
using simulator::Statistics;

constexpr size_t kLayersShown = 10;

double share(int64_t part, int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::string bound_text(int64_t bound, int64_t cycles) {
  return fmt::format("{} cycles, {} of those taken", grouped(bound), percent_text(share(bound, cycles)));
}

std::string figures(const Statistics& s) {
  Table table("ll");
  const auto bytes = [](uint64_t count) { return grouped(static_cast<int64_t>(count)) + " bytes"; };
  table.add({"cycles", fmt::format("{}  ({} at {:g} MHz; {} cold)", grouped(s.cycles),
                                   seconds_text(static_cast<double>(s.cycles) / static_cast<double>(s.clock_hz)),
                                   static_cast<double>(s.clock_hz) * 1e-6, grouped(s.cold_cycles))});
  table.add(
      {"latency", fmt::format("{}  (host {}, link {}); {:.1f} a second", seconds_text(s.latency_seconds),
                              seconds_text(s.host_seconds), seconds_text(s.link_seconds), s.throughput_per_second)});
  table.add({"MACs",
             fmt::format("{}  (utilization {})", grouped(static_cast<int64_t>(s.macs)), percent_text(s.utilization))});
  table.add({"lower bound", bound_text(s.bounds.resource, s.cycles)});
  table.add({"least without overlap", bound_text(s.bounds.layered, s.cycles)});
  table.add({"off-chip traffic", fmt::format("{} read, {} written", bytes(static_cast<uint64_t>(s.offchip_read_bytes)),
                                             bytes(static_cast<uint64_t>(s.offchip_written_bytes)))});
  table.add({"SRAM at most", bytes(s.sram_peak_bytes)});
  return table.text("  ");
}

std::string unit_table(const Statistics& s) {
  std::vector<std::string> header{"unit"};
  for (int activity = 0; activity < isa::timing::kActivities; ++activity) {
    header.emplace_back(isa::timing::activity_name(isa::timing::Activity(activity)));
  }
  std::string alignment(header.size(), 'r');
  alignment[0] = 'l';
  Table table(std::move(alignment), std::move(header));
  for (size_t unit = 0; unit < s.units.size(); ++unit) {
    std::vector<std::string> row{std::string(isa::unit_name(isa::Unit(unit)))};
    for (const int64_t cycles : s.units[unit].cycles) row.push_back(percent_text(share(cycles, s.cycles)));
    table.add(std::move(row));
  }
  return table.text("  ");
}

std::string busiest_unit(const LayerStatistics& layer) {
  const auto busiest = std::max_element(layer.work_cycles.begin(), layer.work_cycles.end());
  return *busiest == 0 ? "" : std::string(isa::unit_name(isa::Unit(busiest - layer.work_cycles.begin())));
}

std::string layer_table(const Statistics& s) {
  std::vector<const LayerStatistics*> layers;
  for (const LayerStatistics& layer : s.layers) layers.push_back(&layer);
  std::stable_sort(layers.begin(), layers.end(),
                   [](const auto* a, const auto* b) { return a->end - a->start > b->end - b->start; });
  layers.resize(std::min(layers.size(), kLayersShown));
  Table table("rrrrll", {"first", "last", "cycles", "bound", "busiest", "layer"});
  for (const LayerStatistics* layer : layers) {
    table.add({grouped(layer->start), grouped(layer->end), grouped(layer->end - layer->start),
               grouped(layer->lower_bound), busiest_unit(*layer), shortened(layer->label, 64)});
  }
  return table.text("  ");
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

std::string statistics_text(const Statistics& statistics) {
  std::string text = figures(statistics);
  if (statistics.cycles == 0) return text;
  text += "what the units did, of all cycles\n" + unit_table(statistics);
  if (statistics.layers.empty()) return text;
  const size_t shown = std::min(statistics.layers.size(), kLayersShown);
  return text + fmt::format("the {} longest of {} layers\n", shown, statistics.layers.size()) + layer_table(statistics);
}

std::string layers_csv(const Statistics& statistics) {
  std::string text = "op,label,macs,instructions,start,end,lower_bound";
  for (size_t unit = 0; unit < isa::kUnits; ++unit) text += fmt::format(",{}_cycles", isa::unit_name(isa::Unit(unit)));
  text += ",offchip_read_bytes,offchip_written_bytes\n";
  for (const LayerStatistics& layer : statistics.layers) {
    text += fmt::format("{},{},{},{},{},{},{}", layer.op, csv_field(layer.label), layer.macs, layer.instructions,
                        layer.start, layer.end, layer.lower_bound);
    for (const int64_t cycles : layer.work_cycles) text += fmt::format(",{}", cycles);
    text += fmt::format(",{},{}\n", layer.offchip_read_bytes, layer.offchip_written_bytes);
  }
  return text;
}

}  // namespace atl::tools
