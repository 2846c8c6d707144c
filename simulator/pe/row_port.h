// A unit's port to the scratchpad: rows of equal size that arrive one after the other, in as many cycles as the
// bandwidth takes.
#pragma once

#include <cstdint>

#include "isa/machine.h"

namespace atl::simulator::pe {

// Of a stretch of rows, a phase of docs/timing.md section 3. A row is read or written in whole bank words. If it has
// more bytes than a cycle can move, the stretch is moved in transfers of the whole bandwidth, the last one whole as
// well.
class RowPort {
 public:
  explicit RowPort(const isa::Machine& machine)
      : word_(machine.sram_bank_bytes_per_cycle), bandwidth_(machine.sram_bandwidth()) {}

  // Bytes in whole words.
  int64_t words(int64_t bytes) const { return (bytes + word_ - 1) / word_ * word_; }

  // `rows` rows of `row_bytes` bytes, which are whole words.
  void begin(int64_t rows, int64_t row_bytes) {
    rows_left_ = rows;
    row_bytes_ = row_bytes;
    moved_ = 0;
    demand_ = row_bytes < bandwidth_ ? row_bytes : bandwidth_;
    bytes_left_ = (rows * row_bytes + demand_ - 1) / demand_ * demand_;
  }

  // Bytes it wants to move in every cycle of the stretch.
  int64_t demand() const { return demand_; }
  bool done() const { return bytes_left_ <= 0; }
  int64_t rows_left() const { return rows_left_; }

  // A cycle in which `bytes` moved is over; whether a row arrived in it.
  bool move(int64_t bytes) {
    moved_ += bytes;
    bytes_left_ -= bytes;
    if (moved_ < row_bytes_ || (rows_left_ == 1 && !done())) return false;
    moved_ -= row_bytes_;
    --rows_left_;
    return true;
  }

 private:
  int64_t word_, bandwidth_;
  int64_t rows_left_ = 0, row_bytes_ = 0, demand_ = 0;
  int64_t moved_ = 0;  // of the next row
  int64_t bytes_left_ = 0;
};

}  // namespace atl::simulator::pe
