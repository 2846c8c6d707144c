#include "simulator/statistics_json.h"

#include <nlohmann/json.hpp>

#include "isa/timing/timeline.h"

namespace atl::simulator {

namespace {

using Json = nlohmann::ordered_json;

using Units = std::array<isa::timing::UnitStatistics, isa::kUnits>;

Json units_json(const Units& figures, bool idle) {
  using isa::timing::Activity;
  Json units = Json::object();
  for (size_t unit = 0; unit < isa::kUnits; ++unit) {
    Json& activities = units[std::string(isa::unit_name(isa::Unit(unit)))];
    for (size_t activity = 0; activity < isa::timing::kActivities; ++activity) {
      if (Activity(activity) == Activity::kIdle && !idle) continue;
      activities[std::string(isa::timing::activity_name(Activity(activity)))] = figures[unit].cycles[activity];
    }
  }
  return units;
}

Json layer_json(const LayerStatistics& layer) {
  Json work = Json::object();
  for (size_t unit = 0; unit < isa::kUnits; ++unit)
    work[std::string(isa::unit_name(isa::Unit(unit)))] = layer.work_cycles[unit];
  return {{"op", layer.op},
          {"label", layer.label},
          {"macs", layer.macs},
          {"instructions", layer.instructions},
          {"start", layer.start},
          {"end", layer.end},
          {"work_cycles", work},
          {"units", units_json(layer.units, false)},
          {"lower_bound", layer.lower_bound},
          {"offchip_bytes", {{"read", layer.offchip_read_bytes}, {"written", layer.offchip_written_bytes}}}};
}

}  // namespace

std::string statistics_json(const Statistics& statistics) {
  Json layers = Json::array();
  for (const LayerStatistics& layer : statistics.layers) layers.push_back(layer_json(layer));
  const Json json = {
      {"machine", statistics.machine},
      {"clock_hz", statistics.clock_hz},
      {"cycles", statistics.cycles},
      {"cold_cycles", statistics.cold_cycles},
      {"link_seconds", statistics.link_seconds},
      {"host_seconds", statistics.host_seconds},
      {"latency_seconds", statistics.latency_seconds},
      {"throughput_per_second", statistics.throughput_per_second},
      {"macs", statistics.macs},
      {"utilization", statistics.utilization},
      {"bounds", {{"resource", statistics.bounds.resource}, {"layered", statistics.bounds.layered}}},
      {"offchip_bytes", {{"read", statistics.offchip_read_bytes}, {"written", statistics.offchip_written_bytes}}},
      {"sram_peak_bytes", statistics.sram_peak_bytes},
      {"units", units_json(statistics.units, true)},
      {"outside_layers", units_json(statistics.outside_layers, true)},
      {"layers", layers},
  };
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace atl::simulator
