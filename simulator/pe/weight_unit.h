// load_weights at register level.
#pragma once

#include <vector>

#include "simulator/core/state.h"
#include "simulator/pe/processing_elements.h"
#include "simulator/pe/unit.h"

namespace atl::simulator::pe {

// A row of a tile arrives in a cycle and goes on into the array's shadow registers.
class WeightUnit : public Unit {
 public:
  WeightUnit(MachineState& state, const isa::Machine& machine, std::vector<ProcessingElements>& arrays)
      : Unit(machine), state_(state), arrays_(arrays), columns_(static_cast<uint32_t>(machine.columns)) {}

  void decode(uint32_t index, const isa::Operation& operation) override;
  void begin_phase() override;
  bool last_phase() const override { return tile_ + 1u == operation_.tiles; }
  Progress work(int64_t granted) override;
  void step(int64_t cycle) override;
  std::optional<int64_t> finished(uint32_t index) override;

 private:
  void fetch_row();
  std::vector<int16_t> read_row(const Memory& sram) const;

  MachineState& state_;
  std::vector<ProcessingElements>& arrays_;
  const uint32_t columns_;
  isa::LoadWeights operation_;
  uint32_t index_ = 0;
  uint32_t tile_ = 0, row_ = 0;
  uint64_t tile_address_ = 0, row_address_ = 0;
  std::vector<std::vector<int16_t>> on_port_;  // by tile of the grid: the row that is arriving
  bool arrived_ = false;
  uint32_t arrived_row_ = 0;
  bool over_ = false;
  std::vector<std::pair<uint32_t, int64_t>> finished_;
};

}  // namespace atl::simulator::pe
