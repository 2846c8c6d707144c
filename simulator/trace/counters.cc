#include "simulator/trace/counters.h"

#include <algorithm>

namespace atl::simulator {
namespace {

int64_t bytes_moved(const isa::Operation& operation, const isa::Machine& machine) {
  const auto bytes = [&](const auto& dma) {
    return int64_t{dma.run_bytes} * dma.count1 * dma.count2 * machine.tiles();
  };
  if (const auto* load = std::get_if<isa::DmaLoad>(&operation)) return bytes(*load);
  return bytes(std::get<isa::DmaStore>(operation));
}

}  // namespace

Counter Deltas::counter() && {
  std::sort(changes_.begin(), changes_.end());
  Counter counter;
  int64_t value = 0;
  for (size_t i = 0; i < changes_.size();) {
    const int64_t cycle = changes_[i].first, before = value;
    for (; i < changes_.size() && changes_[i].first == cycle; ++i) value += changes_[i].second;
    if (value != before) counter.push_back({cycle, value});
  }
  return counter;
}

Counter dma_bytes_in_flight(isa::Unit unit, const isa::Program& program, const isa::Machine& machine,
                            const isa::timing::Timeline& timeline) {
  Deltas deltas;
  for (size_t index = 0; index < program.main.size(); ++index) {
    const isa::Operation& operation = program.main[index].operation;
    if (isa::unit_of(operation) != unit) continue;
    const int64_t bytes = bytes_moved(operation, machine);
    deltas.add(timeline.instructions[index].started, bytes);
    deltas.add(timeline.instructions[index].completed, -bytes);
  }
  return std::move(deltas).counter();
}

}  // namespace atl::simulator
