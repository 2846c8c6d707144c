#include "simulator/pe/processing_elements.h"

#include <algorithm>

#include "common/base/check.h"

namespace atl::simulator::pe {

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define ATOLL_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define ATOLL_CLONES
#endif

namespace {

// A row of elements: the sums of the row above, as they were, plus this row's products. Wraps at 32 bits.
ATOLL_CLONES void multiply_row(const int32_t* __restrict above, const int16_t* __restrict activations,
                               const int16_t* __restrict weights, size_t columns, int32_t* __restrict sums) {
  for (size_t c = 0; c < columns; ++c) {
    const int32_t product = int32_t{activations[c]} * weights[c];
    sums[c] = static_cast<int32_t>(static_cast<uint32_t>(above[c]) + static_cast<uint32_t>(product));
  }
}

}  // namespace

ProcessingElements::ProcessingElements(uint32_t rows, uint32_t columns)
    : rows_(rows),
      columns_(columns),
      weights_(rows_ * columns_),
      shadow_(rows_ * columns_),
      activations_(rows_ * columns_),
      sums_((rows_ + 1) * columns_),
      inputs_(rows_ * rows_) {}

void ProcessingElements::load_row(int64_t cycle, uint32_t row, std::vector<int16_t> weights) {
  ATOLL_CHECK(row < rows_ && weights.size() == columns_);
  weight_rows_.push_back({cycle, row, std::move(weights)});
}

void ProcessingElements::enter(const PixelTag& tag, std::span<const int16_t> activations) {
  ATOLL_CHECK(!entering_ && activations.size() == rows_ && tag.rows <= rows_ && tag.columns <= columns_);
  entering_ = true;
  entering_tag_ = tag;
  std::copy(activations.begin(), activations.end(), inputs_.begin() + static_cast<int64_t>(newest_ * rows_));
}

bool ProcessingElements::idle() const {
  return !entering_ && takeovers_.empty() && weight_rows_.empty() && inside_.empty() && leaving_.empty();
}

void ProcessingElements::step(int64_t cycle, int32_t* accumulators) {
  if (idle()) return;
  if (entering_) {
    inside_.push_back({entering_tag_, cycle});
    if (entering_tag_.takes_weights) takeovers_.push_back(cycle);
  } else {
    std::fill_n(inputs_.begin() + static_cast<int64_t>(newest_ * rows_), rows_, int16_t{0});
  }
  entering_ = false;
  take_weights(cycle);
  move_activations();
  multiply();
  write_shadow(cycle);
  leave(cycle + 1, accumulators);
}

// The bits of one takeover are on one diagonal.
void ProcessingElements::take_weights(int64_t cycle) {
  for (const int64_t start : takeovers_) {
    const auto diagonal = static_cast<size_t>(cycle - start);
    const size_t first = diagonal < columns_ ? 0 : diagonal - columns_ + 1;
    for (size_t r = first; r < rows_ && r <= diagonal; ++r)
      weights_[at(r, diagonal - r)] = shadow_[at(r, diagonal - r)];
  }
  while (!takeovers_.empty() && cycle - takeovers_.front() >= static_cast<int64_t>(rows_ + columns_) - 2)
    takeovers_.pop_front();
}

void ProcessingElements::move_activations() {
  for (size_t r = 0; r < rows_; ++r) {
    int16_t* row = activations_.data() + r * columns_;
    std::copy_backward(row, row + columns_ - 1, row + columns_);
    row[0] = inputs_[(newest_ + rows_ - r) % rows_ * rows_ + r];
  }
  newest_ = (newest_ + 1) % rows_;
}

void ProcessingElements::multiply() {
  for (size_t r = rows_; r-- > 0;) {
    multiply_row(sums_.data() + r * columns_, activations_.data() + r * columns_, weights_.data() + r * columns_,
                 columns_, sums_.data() + (r + 1) * columns_);
  }
}

void ProcessingElements::write_shadow(int64_t cycle) {
  for (const WeightRow& row : weight_rows_) {
    const int64_t column = cycle - row.cycle - 1;
    if (column >= 0) shadow_[at(row.row, static_cast<size_t>(column))] = row.weights[static_cast<size_t>(column)];
  }
  while (!weight_rows_.empty() && cycle - weight_rows_.front().cycle >= static_cast<int64_t>(columns_))
    weight_rows_.pop_front();
}

// What leaves in cycle `cycle`, which is about to begin.
void ProcessingElements::leave(int64_t cycle, int32_t* accumulators) {
  if (!inside_.empty() && cycle - inside_.front().cycle >= inside_.front().tag.rows) {
    const Entered& oldest = inside_.front();
    const int64_t row = cycle - oldest.cycle - 1;
    ATOLL_CHECK(row < static_cast<int64_t>(rows_), "a sum fell out of the array");
    leaving_.push_back({oldest.tag, static_cast<uint32_t>(row), cycle});
    inside_.pop_front();
  }
  for (const Leaving& leaving : leaving_) {
    const auto column = static_cast<size_t>(cycle - leaving.cycle);
    if (column >= leaving.tag.columns || !leaving.tag.writes) continue;
    int32_t& accumulator = accumulators[leaving.tag.accumulator * columns_ + column];
    const auto sum = static_cast<uint32_t>(sums_[at(leaving.row + 1, column)]);
    const uint32_t before = leaving.tag.overwrites ? 0 : static_cast<uint32_t>(accumulator);
    accumulator = static_cast<int32_t>(before + sum);
  }
  // The columns in use differ from instruction to instruction: a later one may be through before an earlier one is.
  while (!leaving_.empty() && cycle - leaving_.front().cycle + 1 >= leaving_.front().tag.columns) {
    if (leaving_.front().tag.last) finished_.push_back({leaving_.front().tag.instruction, cycle + 1});
    leaving_.pop_front();
  }
}

}  // namespace atl::simulator::pe
