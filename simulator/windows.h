// The window registers over the course of a code.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "isa/instruction.h"
#include "simulator/core/state.h"

namespace atl::simulator {

// tile_window takes effect in the order of the code, while units start their instructions in an order of their own: the
// windows of an instruction are those at its place in the code.
class WindowHistory {
 public:
  WindowHistory(const isa::Code& code, size_t tiles);

  // Of tile `tile` at instruction `index`.
  Window at(uint32_t index, size_t tile) const;
  // Sets the window registers of all tiles as they are at instruction `index`.
  void apply(uint32_t index, MachineState& state) const;

 private:
  std::vector<std::vector<std::pair<uint32_t, Window>>>
      changes_;  // by tile: instruction and what it sets; empty without any
};

// Whether the instruction heeds the windows.
bool is_windowed(const isa::Operation& operation);

}  // namespace atl::simulator
