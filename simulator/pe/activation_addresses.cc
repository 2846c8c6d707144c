#include "simulator/pe/activation_addresses.h"

namespace atl::simulator::pe {

ActivationAddresses::ActivationAddresses(const isa::Matmul& operation)
    : operation_(operation),
      element_bytes_(operation.is_16bit ? 2 : 1),
      whole_rows_(operation.pixel_stride == operation.channels * element_bytes_ && operation.dilation_x == 1) {
  begin_tile();
}

bool ActivationAddresses::step(Tap& tap) const {
  if (++tap.c < operation_.channels) return false;
  tap.c = 0;
  tap.dx += operation_.dilation_x;
  tap.tap_bytes += int64_t{operation_.dilation_x} * operation_.pixel_stride;
  if (++tap.kx < operation_.kernel_width) return !whole_rows_;
  tap.kx = 0;
  tap.dx = tap.tap_bytes = 0;
  tap.dy += operation_.dilation_y;
  tap.row_bytes += int64_t{operation_.dilation_y} * operation_.row_stride;
  ++tap.ky;
  return true;
}

void ActivationAddresses::begin_tile() {
  lanes_.clear();
  runs_.clear();
  Tap tap = first_;
  bool new_run = true;
  while (lanes_.size() < operation_.rows && tap.ky < operation_.kernel_height) {
    if (new_run) runs_.push_back(0);
    ++runs_.back();
    lanes_.push_back(tap);
    new_run = step(tap);
  }
  next_first_ = tap;
  last_tile_ = tap.ky == operation_.kernel_height;
  oy_ = ox_ = 0;
  y_ = operation_.origin_y;
  x_ = operation_.origin_x;
  row_address_ = int64_t{operation_.sram} + y_ * operation_.row_stride + x_ * operation_.pixel_stride;
  pixel_address_ = row_address_;
}

bool ActivationAddresses::inside(uint32_t row) const {
  const int64_t iy = y_ + lanes_[row].dy, ix = x_ + lanes_[row].dx;
  return iy >= 0 && iy < operation_.input_height && ix >= 0 && ix < operation_.input_width;
}

uint64_t ActivationAddresses::address(uint32_t row) const {
  const Tap& tap = lanes_[row];
  return static_cast<uint64_t>(pixel_address_ + tap.row_bytes + tap.tap_bytes + tap.c * element_bytes_);
}

void ActivationAddresses::advance() {
  if (last_pixel()) {
    first_ = next_first_;
    if (!last_tile_) begin_tile();
    return;
  }
  if (++ox_ < operation_.width) {
    x_ += operation_.stride_x;
    pixel_address_ += int64_t{operation_.stride_x} * operation_.pixel_stride;
    return;
  }
  ox_ = 0;
  ++oy_;
  x_ = operation_.origin_x;
  y_ += operation_.stride_y;
  row_address_ += int64_t{operation_.stride_y} * operation_.row_stride;
  pixel_address_ = row_address_;
}

}  // namespace atl::simulator::pe
