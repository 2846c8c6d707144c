#include "simulator/pe/weight_unit.h"

#include <algorithm>

namespace atl::simulator::pe {

void WeightUnit::decode(uint32_t index, const isa::Operation& operation) {
  index_ = index;
  operation_ = std::get<isa::LoadWeights>(operation);
  tile_ = 0;
  tile_address_ = operation_.sram;
}

void WeightUnit::begin_phase() {
  const bool last_dense = tile_ + 1u == operation_.tiles && !operation_.diagonal;
  port_.begin(last_dense ? operation_.last_rows : operation_.rows,
              port_.words(operation_.diagonal ? operation_.depth_multiplier : operation_.columns));
  row_ = 0;
  row_address_ = tile_address_;
  fetch_row();
}

// The memory has the row's address a cycle before the row, so it is read at the beginning of the first cycle in which
// it could arrive.
void WeightUnit::fetch_row() {
  on_port_.clear();
  for (const TileState& tile : state_.tiles) on_port_.push_back(read_row(tile.sram));
}

std::vector<int16_t> WeightUnit::read_row(const Memory& sram) const {
  std::vector<int16_t> weights(columns_, 0);
  uint32_t first = 0, count = operation_.columns;
  if (operation_.diagonal) {
    const uint64_t begin = uint64_t{row_} * operation_.depth_multiplier;
    first = static_cast<uint32_t>(std::min<uint64_t>(begin, operation_.columns));
    count = std::min<uint32_t>(operation_.depth_multiplier, operation_.columns - first);
  }
  if (count == 0) return weights;
  const uint8_t* bytes = sram.at(row_address_, count);
  for (uint32_t j = 0; j < count; ++j) {
    const int value = operation_.is_unsigned ? int{bytes[j]} : int{static_cast<int8_t>(bytes[j])};
    weights[first + j] = static_cast<int16_t>(value - operation_.zero_point);
  }
  return weights;
}

Progress WeightUnit::work(int64_t granted) {
  if (port_.move(granted)) {
    arrived_ = true;
    arrived_row_ = row_++;
    row_address_ += operation_.diagonal ? operation_.depth_multiplier : operation_.columns;
  }
  if (!port_.done()) return Progress::kGoesOn;
  tile_address_ += operation_.tile_stride;
  if (++tile_ < operation_.tiles) return Progress::kPhaseOver;
  over_ = true;
  return Progress::kInstructionOver;
}

void WeightUnit::step(int64_t cycle) {
  if (arrived_) {
    for (size_t i = 0; i < arrays_.size(); ++i) arrays_[i].load_row(cycle, arrived_row_, std::move(on_port_[i]));
    arrived_ = false;
    if (port_.rows_left() > 0) fetch_row();
  }
  // The last row is in its register at the end of the cycle in which it arrived.
  if (over_) finished_.emplace_back(index_, cycle + 1);
  over_ = false;
}

std::optional<int64_t> WeightUnit::finished(uint32_t index) {
  if (finished_.empty() || finished_.front().first != index) return std::nullopt;
  const int64_t cycle = finished_.front().second;
  finished_.erase(finished_.begin());
  return cycle;
}

}  // namespace atl::simulator::pe
