#include "simulator/pe/output_pipeline.h"

#include <algorithm>

namespace atl::simulator::pe {

void OutputPipeline::enter(uint32_t instruction, bool last, size_t set, uint64_t address, bool writes,
                           std::vector<LaneRegister> lanes) {
  entering_ = {true, instruction, last, writes, set, address, std::move(lanes)};
}

// At the end of the cycle every row is in the next register.
void OutputPipeline::step(int64_t cycle, Memory& sram) {
  for (size_t stage = kStages; stage-- > 0;) {
    Row& row = stages_[stage];
    row = std::exchange(stage == 0 ? entering_ : stages_[stage - 1], {});
    if (row.valid) work(stage, row);
  }
  const Row& out = stages_.back();
  if (!out.valid) return;
  if (out.writes) write(out, sram);
  if (out.last) finished_.push_back({out.instruction, cycle + 2});
}

void OutputPipeline::work(size_t stage, Row& row) const {
  const OutputSetup& setup = setups_[row.set];
  for (size_t j = 0; j < row.lanes.size(); ++j) {
    LaneRegister& lane = row.lanes[j];
    const ColumnParameters& parameters = setup.columns[j];
    switch (stage) {
      case 1: add_bias(setup.mode, lane, parameters); break;
      case 2: shift_left(setup.mode, lane, parameters); break;
      case 3: multiply(setup.mode, lane, parameters); break;
      case 4: round_product(setup.mode, lane, parameters); break;
      case 5: shift_right(setup.mode, lane, parameters); break;
      case 6: {
        const int64_t moved = lane.value + setup.zero_point;
        lane.value = std::clamp<int64_t>(moved, setup.minimum, setup.maximum);
        break;
      }
      case 7:
        if (setup.use_table) lane.value = table_[static_cast<uint8_t>(lane.value)];
        break;
      default: break;
    }
  }
}

void OutputPipeline::write(const Row& row, Memory& sram) const {
  const size_t size = setups_[row.set].mode.pairs ? 2 : 1;
  uint8_t* bytes = sram.at(row.address, row.lanes.size() * size);
  for (size_t j = 0; j < row.lanes.size(); ++j) {
    for (size_t i = 0; i < size; ++i) bytes[j * size + i] = static_cast<uint8_t>(row.lanes[j].value >> (8 * i));
  }
}

}  // namespace atl::simulator::pe
