// The output stage's pipeline: a row of accumulators enters in every cycle, eight registers later it is bytes in the
// scratchpad.
//
// Entering in cycle g: read (in the register from g + 1 on), bias, left shift, product, its rounding, right shift, zero
// point and clamp, table; written in cycle g + 8, in place in g + 9. Of a pair of accumulator rows the first one waits
// in a register for the second.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "isa/instruction.h"
#include "simulator/core/memory.h"
#include "simulator/pe/requantizer.h"

namespace atl::simulator::pe {

// What an instruction's rows are made with. Two sets of registers take turns, so that an instruction's parameters can
// arrive while the last one's rows are still in the pipeline.
struct OutputSetup {
  Mode mode;
  std::vector<ColumnParameters> columns;
  int32_t zero_point = 0, minimum = 0, maximum = 0;
  bool use_table = false;
};

class OutputPipeline {
 public:
  static constexpr size_t kStages = 8;

  OutputSetup& setup(size_t set) { return setups_[set]; }
  std::array<uint8_t, 256>& table() { return table_; }

  // A row for the cycle that step() is about to carry out; `writes`: it is inside of the tile's window.
  void enter(uint32_t instruction, bool last, size_t set, uint64_t address, bool writes,
             std::vector<LaneRegister> lanes);
  void step(int64_t cycle, Memory& sram);

  struct Finished {
    uint32_t instruction;
    int64_t cycle;  // the first in which its bytes are in place
  };
  std::deque<Finished>& finished() { return finished_; }

 private:
  struct Row {
    bool valid = false;
    uint32_t instruction = 0;
    bool last = false, writes = false;
    size_t set = 0;
    uint64_t address = 0;
    std::vector<LaneRegister> lanes;
  };

  void work(size_t stage, Row& row) const;
  void write(const Row& row, Memory& sram) const;

  std::array<OutputSetup, 2> setups_;
  std::array<uint8_t, 256> table_{};
  Row entering_;
  std::array<Row, kStages> stages_;
  std::deque<Finished> finished_;
};

}  // namespace atl::simulator::pe
