#include "compiler/tasks/staging.h"

namespace atl::compiler {

uint32_t StagingArea::take(int64_t bytes) {
  const int64_t address = next_;
  next_ += bytes;
  ATOLL_CHECK(next_ <= end_, "staging area overflows by {} bytes", next_ - end_);
  return static_cast<uint32_t>(address);
}

int64_t box_bytes(const Operand& operand, const Box& box) { return box.elements() * operand.element_bytes; }

StagedOperand::StagedOperand(const Surroundings& surroundings, const Operand& operand, StagingArea& area,
                             int64_t tile_bytes, int buffers)
    : operand_(operand), home_(surroundings.home(operand.storage)) {
  if (home_.in_sram) return;
  for (int b = 0; b < buffers; ++b) buffers_.push_back(area.take(tile_bytes));
}

Placed StagedOperand::in_place() const {
  return {static_cast<uint32_t>(home_.address), operand_.strides(), Dims(operand_.shape.rank())};
}

Placed StagedOperand::in_buffer(const Box& box) const {
  return {buffers_[current_], dense_strides(box.extent, operand_.element_bytes), box.begin};
}

Emitter::BoxCopy StagedOperand::box_copy(const Box& box) const {
  const Dims strides = operand_.strides();
  Emitter::BoxCopy copy;
  copy.offchip = home_.address;
  for (int d = 0; d < box.begin.rank(); ++d) copy.offchip += static_cast<uint64_t>(box.begin[d] * strides[d]);
  copy.sram = buffers_[current_];
  copy.extent = box.extent;
  copy.offchip_strides = strides;
  copy.sram_strides = dense_strides(box.extent, operand_.element_bytes);
  copy.element_bytes = operand_.element_bytes;
  return copy;
}

Placed StagedOperand::load(const Box& box, Emitter& emitter) {
  if (home_.in_sram) return in_place();
  if (resident_ != box) {
    current_ = (current_ + 1) % buffers_.size();
    emitter.load(box_copy(box));
    resident_ = box;
  }
  return in_buffer(box);
}

Placed StagedOperand::reserve(const Box& box) {
  if (home_.in_sram) return in_place();
  current_ = (current_ + 1) % buffers_.size();
  return in_buffer(box);
}

void StagedOperand::store(const Box& box, Emitter& emitter) {
  if (!home_.in_sram) emitter.store(box_copy(box), operand_.storage);
}

}  // namespace atl::compiler
