// The rules that each kind of instruction's fields must keep on a machine; part of validate().
#pragma once

#include <cstdint>

#include "isa/instruction.h"
#include "isa/machine.h"
#include "isa/problem_list.h"
#include "isa/program.h"

namespace atl::isa {

// What the window registers of the tiles hold at a point of the code: the range of their offsets.
class WindowOffsets {
 public:
  explicit WindowOffsets(int tiles) : offsets_(static_cast<size_t>(tiles), 0) {}
  void set(size_t tile, int32_t offset);  // tile < tiles
  int32_t lowest() const { return lowest_; }
  int32_t highest() const { return highest_; }

 private:
  std::vector<int32_t> offsets_;
  int32_t lowest_ = 0, highest_ = 0;
};

// Adds what is wrong with the operation to `problems`, whose place is set; moves the windows on after a tile_window.
void check_operation(const Operation& operation, const Program& program, const Machine& machine, WindowOffsets& windows,
                     ProblemList& problems);

}  // namespace atl::isa
