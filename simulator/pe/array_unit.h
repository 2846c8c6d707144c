// matmul at register level.
#pragma once

#include <optional>
#include <vector>

#include "simulator/pe/activation_addresses.h"
#include "simulator/pe/processing_elements.h"
#include "simulator/pe/unit.h"
#include "simulator/pe/window.h"

namespace atl::simulator::pe {

// A pixel's activations arrive in a cycle, lose their zero point and enter the array. Those of 16 bits arrive in two
// and enter twice, low bytes first. (Half of the words arrive with the low bytes: row r's are needed only r cycles
// after the first row's.)
class ArrayUnit : public Unit {
 public:
  ArrayUnit(MachineState& state, const isa::Machine& machine, std::vector<ProcessingElements>& arrays)
      : Unit(machine), state_(state), arrays_(arrays), rows_(static_cast<uint32_t>(machine.rows)) {}

  void decode(uint32_t index, const isa::Operation& operation) override;
  void begin_phase() override;
  bool last_phase() const override { return addresses_->last_tile(); }
  Progress work(int64_t granted) override;
  void step(int64_t cycle) override;
  std::optional<int64_t> finished(uint32_t index) override;

 private:
  void enter_pixel();
  void read_activations(const Memory& sram, std::vector<int16_t>& activations) const;
  int16_t operand(const uint8_t* bytes) const;

  MachineState& state_;
  std::vector<ProcessingElements>& arrays_;
  const uint32_t rows_;
  isa::Matmul operation_;
  uint32_t index_ = 0;
  std::vector<WantedPixels> wanted_;
  std::optional<ActivationAddresses> addresses_;
  uint32_t passes_ = 1, pass_ = 0;  // of every pixel
  bool first_tile_ = true, first_pixel_ = true;
};

}  // namespace atl::simulator::pe
