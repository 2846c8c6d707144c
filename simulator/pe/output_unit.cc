#include "simulator/pe/output_unit.h"

#include <algorithm>

namespace atl::simulator::pe {

namespace {

constexpr uint32_t kTableBytes = 256;

}  // namespace

void OutputUnit::decode(uint32_t index, const isa::Operation& operation) {
  index_ = index;
  operation_ = std::get<isa::Requantize>(operation);
  wanted_ = wanted_pixels(state_, operation_);
  mode_ = mode_of(operation_.mode);
  set_ ^= 1;
  new_instruction_ = true;
  parameter_bytes_.assign(pipelines_.size(), std::vector<uint8_t>(operation_.columns * mode_.parameter_bytes()));
  oy_ = ox_ = 0;
  have_first_ = false;
}

void OutputUnit::begin_phase() {
  arrived_ = 0;
  if (new_instruction_) {
    phase_ = Phase::kParameters;
  } else {
    phase_ = phase_ == Phase::kParameters && operation_.use_table ? Phase::kTable : Phase::kRows;
  }
  new_instruction_ = false;
  // A row of a pair gives half of the pixel's bytes.
  const int64_t rows_a_pixel = mode_.pairs ? 2 : 1;
  const int64_t pixels = int64_t{operation_.height} * operation_.width;
  const int64_t pixel_bytes = port_.words(rows_a_pixel * operation_.columns);
  switch (phase_) {
    case Phase::kParameters:
      return port_.begin(static_cast<int64_t>(mode_.parameter_bytes()), port_.words(operation_.columns));
    case Phase::kTable: return port_.begin((kTableBytes + columns_ - 1) / columns_, port_.words(columns_));
    case Phase::kRows: return port_.begin(pixels * rows_a_pixel, (pixel_bytes + rows_a_pixel - 1) / rows_a_pixel);
  }
}

Progress OutputUnit::work(int64_t granted) {
  if (port_.move(granted)) arrive();
  if (!port_.done()) return Progress::kGoesOn;
  return last_phase() ? Progress::kInstructionOver : Progress::kPhaseOver;
}

void OutputUnit::arrive() {
  switch (phase_) {
    case Phase::kParameters: return take_parameters();
    case Phase::kTable: return take_table();
    case Phase::kRows: return read_row();
  }
}

void OutputUnit::take_parameters() {
  for (size_t i = 0; i < pipelines_.size(); ++i) {
    const uint8_t* bytes = state_.tiles[i].sram.at(uint64_t{operation_.parameters} + arrived_, operation_.columns);
    std::copy_n(bytes, operation_.columns, parameter_bytes_[i].begin() + arrived_);
  }
  arrived_ += operation_.columns;
  if (arrived_ < operation_.columns * mode_.parameter_bytes()) return;
  for (size_t i = 0; i < pipelines_.size(); ++i) {
    OutputSetup& setup = pipelines_[i].setup(set_);
    setup = {mode_, {}, operation_.zero_point, operation_.minimum, operation_.maximum, operation_.use_table};
    for (size_t j = 0; j < operation_.columns; ++j) {
      const std::span<const uint8_t> bytes(parameter_bytes_[i]);
      setup.columns.push_back(
          read_parameters(mode_, bytes.subspan(j * mode_.parameter_bytes(), mode_.parameter_bytes())));
    }
  }
}

void OutputUnit::take_table() {
  const uint32_t count = std::min(columns_, kTableBytes - arrived_);
  for (size_t i = 0; i < pipelines_.size(); ++i) {
    const uint8_t* bytes = state_.tiles[i].sram.at(uint64_t{operation_.table} + arrived_, count);
    std::copy_n(bytes, count, pipelines_[i].table().begin() + arrived_);
  }
  arrived_ += count;
}

void OutputUnit::read_row() {
  const uint64_t pixel = uint64_t{oy_} * operation_.width + ox_;
  if (!mode_.pairs) return enter_row(operation_.accumulator + pixel);
  have_first_ = !have_first_;
  const uint64_t row = operation_.accumulator + 2 * pixel;
  if (!have_first_) return enter_row(row + 1);
  first_rows_.clear();
  for (TileState& tile : state_.tiles) {
    const int32_t* sums = accumulator_rows(tile, state_.columns, row, 1);
    first_rows_.emplace_back(sums, sums + operation_.columns);
  }
}

void OutputUnit::enter_row(uint64_t row) {
  const uint64_t address =
      operation_.sram + uint64_t{oy_} * operation_.row_stride + uint64_t{ox_} * operation_.pixel_stride;
  const bool last = oy_ + 1u == operation_.height && ox_ + 1u == operation_.width;
  for (size_t i = 0; i < pipelines_.size(); ++i) {
    const int32_t* sums = accumulator_rows(state_.tiles[i], state_.columns, row, 1);
    std::vector<LaneRegister> lanes(operation_.columns);
    for (size_t j = 0; j < lanes.size(); ++j)
      lanes[j].value = mode_.pairs ? int64_t{sums[j]} * 256 + first_rows_[i][j] : sums[j];
    pipelines_[i].enter(index_, last, set_, address, wanted_[i].has(oy_, ox_), std::move(lanes));
  }
  if (++ox_ == operation_.width) {
    ox_ = 0;
    ++oy_;
  }
}

void OutputUnit::step(int64_t cycle) {
  for (size_t i = 0; i < pipelines_.size(); ++i) pipelines_[i].step(cycle, state_.tiles[i].sram);
}

std::optional<int64_t> OutputUnit::finished(uint32_t index) { return take_finished(pipelines_, index); }

}  // namespace atl::simulator::pe
