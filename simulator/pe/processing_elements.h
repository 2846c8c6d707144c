// The array: R x C processing elements, each with a weight, a shadow weight, an activation and a partial sum.
//
// Activations enter at the left, row r delayed by r cycles, and move to the right; partial sums move down; both by one
// element a cycle. A pixel that enters in cycle g is in element (r, c) in cycle g + r + c, and its sum over rows
// 0 .. n - 1 is in column c's register of row n - 1 from cycle g + n + c on. A column can pass one sum a cycle to its
// accumulators, from any row: the oldest that has passed all its rows. What waits for older sums goes on down the
// column, where its activations are zero.
//
// New weights wait in the shadow registers. The first pixel that is to meet them brings a bit along that makes every
// element take over its shadow weight in the cycle in which the pixel is there, so that a tile's pixels follow the
// last tile's without a gap. Rows of shadow weights are written with the same slant, a cycle a column: a row that
// arrives in cycle g is in column c at the end of cycle g + 1 + c, behind the bits of a tile taken before.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

namespace atl::simulator::pe {

// What accompanies a pixel through the array.
struct PixelTag {
  uint32_t instruction = 0;
  bool last = false;           // of its instruction
  bool takes_weights = false;  // the first one of a weight tile
  bool writes = true;          // its sums are wanted; no for pixels outside of the tile's window
  bool overwrites = false;     // the accumulators instead of adding to them
  uint32_t rows = 0;           // of the array that it uses
  uint32_t columns = 0;
  uint64_t accumulator = 0;  // row
};

class ProcessingElements {
 public:
  ProcessingElements(uint32_t rows, uint32_t columns);

  // Row `row` of the next weight tile has arrived in cycle `cycle`; `weights` has a value for every column.
  void load_row(int64_t cycle, uint32_t row, std::vector<int16_t> weights);
  // A pixel arrives in the cycle that step() is about to carry out. `activations` has a value for every row.
  void enter(const PixelTag& tag, std::span<const int16_t> activations);
  // Cycle `cycle`. Sums that leave a column at the end of it go to `accumulators`, rows of as many as the array has
  // columns.
  void step(int64_t cycle, int32_t* accumulators);

  // The first cycle in which all sums of the pixels that left are in place; of the last instruction of which all did.
  struct Finished {
    uint32_t instruction;
    int64_t cycle;
  };
  std::deque<Finished>& finished() { return finished_; }

 private:
  struct WeightRow {
    int64_t cycle;
    uint32_t row;
    std::vector<int16_t> weights;
  };
  struct Entered {
    PixelTag tag;
    int64_t cycle;
  };
  // A sum on its way out, column after column.
  struct Leaving {
    PixelTag tag;
    uint32_t row;
    int64_t cycle;  // of column 0
  };

  bool idle() const;
  void take_weights(int64_t cycle);
  void move_activations();
  void multiply();
  void write_shadow(int64_t cycle);
  void leave(int64_t cycle, int32_t* accumulators);

  size_t at(size_t row, size_t column) const { return row * columns_ + column; }

  const size_t rows_, columns_;
  std::vector<int16_t> weights_, shadow_, activations_;  // of the elements, row-major
  std::vector<int32_t> sums_;                            // of the elements, behind one row of zeros

  // The slant of the activations: row r's pass through r registers. Kept as the last R inputs.
  std::vector<int16_t> inputs_;
  size_t newest_ = 0;
  bool entering_ = false;
  PixelTag entering_tag_;

  std::deque<int64_t> takeovers_;  // cycles in which pixels with the bit entered
  std::deque<WeightRow> weight_rows_;
  std::deque<Entered> inside_;  // oldest first
  std::deque<Leaving> leaving_;
  std::deque<Finished> finished_;
};

}  // namespace atl::simulator::pe
