// Strided loops over the scratchpad, for the vector unit: elements in loop order, as int32.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "isa/instruction.h"
#include "simulator/core/memory.h"

namespace atl::simulator {

// A nest of loops that several operands walk together. Loops that run once, and loops that continue the one inside them
// for every operand, are merged away: the fewer and longer the loops, the longer the runs copied at once.
class LoopNest {
 public:
  static constexpr size_t kMaxLoops = 4;
  static constexpr size_t kMaxOperands = 4;
  struct Loop {
    uint64_t extent = 1;
    std::array<int64_t, kMaxOperands> strides{};  // bytes, of each operand
  };

  // Outermost loop first.
  LoopNest(std::span<const Loop> loops, size_t operands);

  uint64_t count() const { return count_; }

  // Byte offset of element `index` (in loop order) for an operand.
  int64_t offset(size_t operand, uint64_t index) const;

  // Calls run(offset, stride, elements, done) for the stretches of equally spaced elements that make up [begin, begin +
  // count), in order; `done` is the number of elements before the stretch.
  template <typename Run>
  void for_each_run(size_t operand, uint64_t begin, uint64_t count, Run&& run) const {
    const Loop& inner = loops_.back();
    for (uint64_t done = 0; done < count;) {
      const uint64_t index = begin + done, left_in_run = inner.extent - index % inner.extent;
      const uint64_t elements = count - done < left_in_run ? count - done : left_in_run;
      run(offset(operand, index), inner.strides[operand], elements, done);
      done += elements;
    }
  }

 private:
  std::vector<Loop> loops_;  // at least one, outermost first
  uint64_t count_ = 1;
};

// Elements [begin, begin + count) of an operand at `base`, widened to int32.
void load_elements(const Memory& sram, int64_t base, isa::LaneType type, const LoopNest& nest, size_t operand,
                   uint64_t begin, uint64_t count, int32_t* out);
void store_elements(Memory& sram, int64_t base, isa::LaneType type, const LoopNest& nest, size_t operand,
                    uint64_t begin, uint64_t count, const int32_t* values);

}  // namespace atl::simulator
