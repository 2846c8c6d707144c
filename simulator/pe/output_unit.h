// requantize at register level.
#pragma once

#include <vector>

#include "simulator/pe/output_pipeline.h"
#include "simulator/pe/unit.h"
#include "simulator/pe/window.h"

namespace atl::simulator::pe {

// First the parameters arrive, a part of all columns' bytes in every cycle, then the table, then a row of accumulators
// a cycle enters the pipeline.
class OutputUnit : public Unit {
 public:
  OutputUnit(MachineState& state, const isa::Machine& machine, std::vector<OutputPipeline>& pipelines)
      : Unit(machine), state_(state), pipelines_(pipelines), columns_(static_cast<uint32_t>(machine.columns)) {}

  void decode(uint32_t index, const isa::Operation& operation) override;
  void begin_phase() override;
  bool last_phase() const override { return phase_ == Phase::kRows; }
  Progress work(int64_t granted) override;
  void step(int64_t cycle) override;
  std::optional<int64_t> finished(uint32_t index) override;

 private:
  enum class Phase : uint8_t { kParameters, kTable, kRows };

  void arrive();
  void take_parameters();
  void take_table();
  void read_row();
  void enter_row(uint64_t row);

  MachineState& state_;
  std::vector<OutputPipeline>& pipelines_;
  const uint32_t columns_;
  isa::Requantize operation_;
  uint32_t index_ = 0;
  std::vector<WantedPixels> wanted_;
  size_t set_ = 0;  // of the parameters
  Phase phase_ = Phase::kParameters;
  bool new_instruction_ = false;
  uint32_t arrived_ = 0;                               // bytes of the parameters or of the table
  std::vector<std::vector<uint8_t>> parameter_bytes_;  // by tile
  Mode mode_;
  bool have_first_ = false;                       // of a pair of rows
  std::vector<std::vector<int32_t>> first_rows_;  // by tile
  uint32_t oy_ = 0, ox_ = 0;
};

}  // namespace atl::simulator::pe
