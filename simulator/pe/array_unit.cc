#include "simulator/pe/array_unit.h"

namespace atl::simulator::pe {

void ArrayUnit::decode(uint32_t index, const isa::Operation& operation) {
  index_ = index;
  operation_ = std::get<isa::Matmul>(operation);
  wanted_ = wanted_pixels(state_, operation_);
  addresses_.emplace(operation_);
  passes_ = operation_.is_16bit ? 2 : 1;
  first_tile_ = true;
}

void ArrayUnit::begin_phase() {
  int64_t row_bytes = 0;
  for (const uint32_t run : addresses_->runs()) row_bytes += port_.words(int64_t{run} * passes_);
  port_.begin(int64_t{operation_.height} * operation_.width * passes_, (row_bytes + passes_ - 1) / passes_);
  first_pixel_ = true;
  pass_ = 0;
}

Progress ArrayUnit::work(int64_t granted) {
  if (port_.move(granted)) enter_pixel();
  if (!port_.done()) return Progress::kGoesOn;
  first_tile_ = false;
  const bool over = addresses_->last_tile();
  addresses_->advance();
  return over ? Progress::kInstructionOver : Progress::kPhaseOver;
}

void ArrayUnit::enter_pixel() {
  PixelTag tag;
  tag.instruction = index_;
  tag.last = addresses_->last_tile() && addresses_->last_pixel() && pass_ + 1 == passes_;
  tag.takes_weights = first_pixel_;
  tag.overwrites = first_tile_ && !operation_.accumulate;
  tag.rows = operation_.rows;
  tag.columns = operation_.columns;
  const uint64_t pixel = uint64_t{addresses_->oy()} * operation_.width + addresses_->ox();
  tag.accumulator = operation_.accumulator + pixel * passes_ + pass_;
  std::vector<int16_t> activations(rows_, 0);
  for (size_t i = 0; i < arrays_.size(); ++i) {
    tag.writes = wanted_[i].has(addresses_->oy(), addresses_->ox());
    if (tag.writes) read_activations(state_.tiles[i].sram, activations);
    arrays_[i].enter(tag, activations);
  }
  first_pixel_ = false;
  if (++pass_ < passes_) return;
  pass_ = 0;
  // The tile's last pixel leaves the generator where it is, until the phase is over.
  if (!addresses_->last_pixel()) addresses_->advance();
}

void ArrayUnit::read_activations(const Memory& sram, std::vector<int16_t>& activations) const {
  for (uint32_t row = 0; row < addresses_->rows(); ++row)
    activations[row] = addresses_->inside(row) ? operand(sram.at(addresses_->address(row), passes_)) : int16_t{0};
}

int16_t ArrayUnit::operand(const uint8_t* bytes) const {
  const uint8_t byte = bytes[pass_];
  const bool is_signed = passes_ == 1 ? !operation_.is_unsigned : pass_ == 1;
  const int value = is_signed ? int{static_cast<int8_t>(byte)} : int{byte};
  return static_cast<int16_t>(value - operation_.zero_point);
}

void ArrayUnit::step(int64_t cycle) {
  for (size_t i = 0; i < arrays_.size(); ++i) {
    arrays_[i].step(cycle, reinterpret_cast<int32_t*>(state_.tiles[i].accumulators.at(0, 0)));
  }
}

std::optional<int64_t> ArrayUnit::finished(uint32_t index) { return take_finished(arrays_, index); }

}  // namespace atl::simulator::pe
